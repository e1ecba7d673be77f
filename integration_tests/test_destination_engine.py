"""The engine against the emulator: what is planned, written, refused, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_api.client import AttioClient
from attio_api.errors import Misconfigured
from destination_attio.engine.assembly import Counting
from destination_attio.storage.journal import Journal
from destination_attio.storage.rejects import read_rejects
from integration_tests.destination_desk import Desk, bare, stream

if TYPE_CHECKING:
    from pathlib import Path

    from attio_emulator.remote import RemoteEmulator


@pytest.fixture
def desk(attio: RemoteEmulator, tmp_path: Path) -> Desk:
    return Desk(attio, tmp_path)


ROWS = [
    {"domains": "a.example.com", "name": "Alpha", "description": "One"},
    {"domains": ["b.example.com", "bb.example.com"], "name": "Beta", "description": None},
]


def test_first_push_creates_and_second_writes_nothing(desk: Desk) -> None:
    """A row that changes nothing costs no write."""
    first = desk.push(ROWS)
    desk.attio.clear_calls()
    second = desk.push(ROWS)

    assert (2, 0) == (first.counts.create, first.counts.unchanged)
    assert (0, 2, 0) == (second.counts.written, second.counts.unchanged, desk.writes())
    assert [["Alpha"], ["Beta"]] == desk.values("companies", "name")


def test_only_changed_rows_are_written(desk: Desk) -> None:
    """One changed row among many is one write."""
    desk.push(ROWS)
    desk.attio.clear_calls()
    report = desk.push([{**ROWS[0], "description": "Two"}, ROWS[1]])

    assert (1, 1, 1) == (report.counts.update, report.counts.unchanged, desk.writes())


def test_plan_writes_nothing_and_shows_before_and_after(desk: Desk) -> None:
    """A plan names each field's value before and after, and makes no write call."""
    desk.push(ROWS)
    desk.attio.clear_calls()
    plan = desk.plan([{**ROWS[0], "name": "Alfa"}, {"domains": "c.example.com", "name": "New"}])
    field = plan.changes[0].fields[0]

    assert 0 == desk.writes()
    assert ("name", "Alpha", "Alfa") == (field.attribute, field.before, field.after)
    assert ["update", "create"] == [change.kind for change in plan.changes]


def test_saved_plan_is_applied_exactly_and_then_empty(desk: Desk) -> None:
    """Plan, push that plan, plan again: nothing is left to do."""
    rows = [*ROWS, {"domains": "c.example.com", "name": "New"}]
    plan = desk.plan(rows)
    report = desk.apply(plan)
    again = desk.plan(rows)

    assert (3, None, ()) == (report.counts.create, report.stopped_at, report.dropped)
    assert () == again.actions


def test_saved_plan_stops_where_its_basis_moved(desk: Desk) -> None:
    """What somebody changed after the plan was made is not overwritten; rows before it are applied."""
    desk.push(ROWS)
    plan = desk.plan([{**row, "description": "planned"} for row in ROWS])
    moved = plan.actions[1]
    path = f"/v2/objects/companies/records/{moved.record_id}"
    desk.attio.api("PATCH", path, {"data": {"values": {"description": "by hand"}}})
    report = desk.apply(plan)

    assert report.stopped_at is not None
    assert (moved.record_id, 1) == (report.stopped_at.record_id, report.counts.update)
    assert [["by hand"], ["planned"]] == desk.values("companies", "description")


def test_revert_restores_what_was_there(desk: Desk) -> None:
    """Creations are deleted, updates put back; the workspace is as before."""
    desk.push(ROWS[:1])
    before = desk.values("companies", "description"), desk.values("companies", "domains")
    report = desk.push([{**ROWS[0], "description": "changed"}, ROWS[1]])
    undone = desk.revert(report)

    assert (1, 1, ()) == (undone.counts.delete, undone.counts.update, undone.conflicts)
    assert before == (desk.values("companies", "description"), desk.values("companies", "domains"))


def test_revert_leaves_what_others_changed(desk: Desk) -> None:
    """A value that somebody changed since is listed as a conflict and stays."""
    desk.push(ROWS)
    report = desk.push([{**row, "description": "ours"} for row in ROWS])
    with Journal.open(desk.folder / "journal.duckdb") as journal:
        touched = journal.changes(report.run_id)[0].change.record_id
    path = f"/v2/objects/companies/records/{touched}"
    desk.attio.api("PATCH", path, {"data": {"values": {"description": "theirs"}}})
    undone = desk.revert(report)

    assert [touched] == [change.record_id for change in undone.conflicts]
    assert ["theirs"] in desk.values("companies", "description")
    assert 1 == undone.counts.update


def test_revert_can_itself_be_reverted(desk: Desk) -> None:
    """A revert is a run in the history, and undoing it brings the run's values back."""
    desk.push(ROWS)
    report = desk.push([{**ROWS[0], "description": "changed"}])
    undone = desk.revert(report)
    desk.revert(undone)
    with Journal.open(desk.folder / "journal.duckdb") as journal:
        kinds = [run.kind for run in journal.runs()]

    assert [["changed"], []] == desk.values("companies", "description")
    assert ["revert", "revert", "push", "push"] == kinds


def test_deleted_record_comes_back_under_a_new_id(desk: Desk) -> None:
    """Reverting a deletion makes the record again with all its values."""
    desk.push([{**ROWS[1], "description": "whole"}])
    report = desk.push([{"domains": "b.example.com"}], mode="delete")
    gone = desk.values("companies", "name")
    desk.revert(report)

    assert [] == gone
    assert [["whole"]] == desk.values("companies", "description")
    assert [["b.example.com", "bb.example.com"]] == [
        [one["domain"] for one in each] for each in desk.values("companies", "domains")
    ]


def test_a_task_whose_link_attio_drops_is_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that Attio takes and drops rejects the row: the task would be made again in every run."""
    make = AttioClient.create_task
    monkeypatch.setattr(
        AttioClient, "create_task", lambda client, task: make(client, task | {"linked_records": []})
    )
    record = desk.attio.create_record("people", {"name": "Ada Lovelace"})["id"]["record_id"]
    linked = {"content": "Call", "linked_records": [{"object": "people", "record_id": record}] * 2}
    report = desk.push([linked, {"content": "Bare"}], "tasks")
    tasks = desk.attio.api("GET", "/v2/tasks")["data"]

    assert (1, 1) == (report.counts.create, report.counts.rejected)
    assert ["Bare"] == [task["content_plaintext"] for task in tasks]


def test_rival_claims_are_a_conflict_and_same_key_is_superseded(desk: Desk) -> None:
    """The last row of a key counts; another row with the same domain is refused, naming the first."""
    rows = [
        {"domains": ["m.example.com", "shared.example.com"], "name": "First"},
        {"domains": ["u.example.com", "shared.example.com"], "name": "Rival"},
        {"domains": "k.example.com", "name": "Old"},
        {"domains": "K.example.com", "name": "Last"},
    ]
    report = desk.push(rows)

    assert (2, 1, 1, 4) == (
        report.counts.create,
        report.counts.rejected,
        report.counts.superseded,
        report.counts.rows,
    )
    assert [["First"], ["Last"]] == desk.values("companies", "name")
    assert "Row 1 has another key" in str(report.rejected[0].reason)


def test_two_records_match_one_row(desk: Desk) -> None:
    """An ambiguous match is refused, never guessed."""
    desk.push([{"domains": "a.example.com", "name": "A"}, {"domains": "b.example.com", "name": "B"}])
    report = desk.push([{"domains": ["a.example.com", "b.example.com"], "name": "Both"}])

    assert ("rejected", "multiple_match_results") == (report.rejected[0].kind, report.rejected[0].code)


def test_update_mode_never_creates_and_create_mode_never_updates(desk: Desk) -> None:
    """Rows without (or with) a record are refused by the modes that must not make (or change) one."""
    desk.push(ROWS[:1])
    updated = desk.push([{**ROWS[0], "name": "New"}, ROWS[1]], mode="update")
    created = desk.push([{**ROWS[0], "name": "Newer"}, ROWS[1]], mode="create")

    assert (1, 1) == (updated.counts.update, updated.counts.rejected)
    assert (1, 1) == (created.counts.create, created.counts.rejected)
    assert [["Beta"], ["New"]] == desk.values("companies", "name")


def test_match_by_record_id(desk: Desk) -> None:
    """Rows may name the record itself; an id that does not exist is refused."""
    made = desk.attio.create_record("companies", {"name": "Old", "domains": ["a.example.com"]})
    record_id = made["id"]["record_id"]
    lost = "00000000-0000-4000-8000-000000000000"
    report = desk.push(
        [{"record_id": record_id, "name": "New"}, {"record_id": lost, "name": "No"}], match="record_id"
    )

    assert (1, 1) == (report.counts.update, report.counts.rejected)
    assert [["New"]] == desk.values("companies", "name")


def test_match_by_any_attribute_and_by_several(desk: Desk) -> None:
    """Attributes that are not unique are looked up first; together they make a composite key."""
    rows = [
        {"name": "Deal", "description": "north", "domains": "n.example.com"},
        {"name": "Deal", "description": "south", "domains": "s.example.com"},
    ]
    desk.push(rows)
    ambiguous = desk.push([{"name": "Deal", "description": "east"}], match="name")
    exact = desk.push(
        [{"name": "Deal", "description": "north", "domains": "nn.example.com"}], match=["name", "description"]
    )
    fresh = desk.push([{"name": "Other"}], match="name")

    assert (1, 1, 1) == (ambiguous.counts.rejected, exact.counts.update, fresh.counts.create)


def test_mirror_deletes_what_left_the_source_within_its_limit(desk: Desk) -> None:
    """A mirror deletes what no row speaks of, and refuses when that would be too much."""
    desk.push(ROWS)
    with pytest.raises(Misconfigured, match="more than the 10 %"):
        desk.push(ROWS[:1], mode="mirror")
    kept = desk.values("companies", "name")
    report = desk.push(ROWS[:1], mode="mirror", max_delete_percent=50)

    assert [["Alpha"], ["Beta"]] == kept
    assert (1, 1, 1) == (report.counts.delete, report.counts.mirrored, report.counts.rows)
    assert [["Alpha"]] == desk.values("companies", "name")


def test_mirror_marks_instead_of_deleting(desk: Desk) -> None:
    """A mirror can set a field where it would delete, and does so once."""
    desk.push(ROWS)
    settings: dict[str, Any] = {
        "mode": "mirror",
        "max_delete_percent": 100,
        "on_absent": {"attribute": "description", "value": "gone"},
    }
    first, second = desk.push(ROWS[:1], **settings), desk.push(ROWS[:1], **settings)

    assert [["One"], ["gone"]] == desk.values("companies", "description")
    assert (1, 0) == (first.counts.update, second.counts.written)


@pytest.mark.parametrize("instead", ["delete", {"attribute": "description", "value": "gone"}])
@pytest.mark.parametrize("is_saved", [False, True])
def test_mirror_reports_what_it_had_to_leave(desk: Desk, instead: Any, *, is_saved: bool) -> None:
    """A deletion or mark that Attio refuses is in the report and the journal, and is no row's fate."""
    desk.push(ROWS)
    settings: dict[str, Any] = {"mode": "mirror", "max_delete_percent": 100, "on_absent": instead}
    plan = desk.plan(ROWS[:1], **settings)
    for method in ("DELETE", "PUT", "PATCH"):
        desk.attio.fault("status", method=method, path="/v2/objects/companies/records/*", status=400, count=1)
    report = desk.apply(plan) if is_saved else desk.push(ROWS[:1], **settings)
    (left,) = report.remaining
    with Journal.open(desk.journal) as journal:
        noted = [one.status for one in journal.changes(report.run_id)]

    assert [["Alpha"], ["Beta"]] == desk.values("companies", "name")
    assert (["b.example.com", "bb.example.com"], True) == (left.key["domains"], bool(left.reason))
    assert (1, 1, 0, 0, 0) == (
        report.counts.rows,
        report.counts.unchanged,
        report.counts.rejected,
        report.counts.mirrored,
        report.counts.written,
    )
    assert ["rejected"] == noted


def test_mirror_is_content_with_what_is_gone_already(desk: Desk) -> None:
    """A record that somebody else deletes at the same moment is as absent as it should be."""
    desk.push(ROWS)
    desk.attio.fault("status", method="DELETE", path="/v2/objects/companies/records/*", status=404, count=1)
    report = desk.push(ROWS[:1], mode="mirror", max_delete_percent=100)

    assert ((), 0, 1) == (report.remaining, report.counts.mirrored, report.counts.rows)


def test_references_are_looked_up_by_unique_values(desk: Desk) -> None:
    """People point at companies by domain; a miss is refused, skipped or stubbed as configured."""
    desk.push(ROWS)
    fields = [
        {"column": "email", "attribute": "email_addresses"},
        {"column": "name", "attribute": "name"},
        {"column": "company", "attribute": "company", "reference": "domains"},
    ]
    people = [
        {"email": "ada@example.org", "name": "Ada Lovelace", "company": "a.example.com"},
        {"email": "bob@example.org", "name": "Bob", "company": "missing.example.com"},
    ]
    refused = desk.push(people, "people", fields=fields)
    skipped = desk.push(people, "people", fields=fields, on_missing_reference="skip")
    stubbed = desk.push(people, "people", fields=fields, on_missing_reference="create_stub")
    again = desk.push(people, "people", fields=fields)

    assert (1, 1) == (refused.counts.create, refused.counts.rejected)
    assert "company" == refused.rejected[0].attribute
    assert (1, 1) == (skipped.counts.create, skipped.counts.unchanged)
    assert (1, 1) == (stubbed.counts.update, stubbed.counts.unchanged)
    assert 0 == again.counts.written


def test_rows_that_point_at_each_other_take_two_passes(desk: Desk) -> None:
    """A circle of references within one input is written whole."""
    desk.custom_object("places")
    link = {"record_reference": {"allowed_objects": ["places"]}}
    desk.attribute("objects/places", "near", "record-reference", config=link)
    rows = [{"code": "A", "near": "B"}, {"code": "B", "near": "A"}]
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "near", "attribute": "near", "reference": "code"},
    ]
    report = desk.push(rows, "places", fields=fields)
    again = desk.push(rows, "places", fields=fields)

    undone = desk.revert(report)

    assert (2, 0, 2) == (report.counts.create, report.counts.rejected, report.counts.rows)
    assert (0, 2) == (again.counts.written, again.counts.unchanged)
    assert ((), []) == (undone.conflicts, desk.values("places", "code"))


def test_saved_plan_with_a_circle(desk: Desk) -> None:
    """A saved plan links records that it makes itself."""
    desk.custom_object("places")
    link = {"record_reference": {"allowed_objects": ["places"]}}
    desk.attribute("objects/places", "near", "record-reference", config=link)
    rows = [{"code": "A", "near": "B"}, {"code": "B", "near": "A"}]
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "near", "attribute": "near", "reference": "code"},
    ]
    plan = desk.plan(rows, "places", fields=fields)
    report = desk.apply(plan)
    again = desk.plan(rows, "places", fields=fields)

    assert (2, ()) == (report.counts.create, report.dropped)
    assert () == again.actions


def test_unknown_options_are_refused_with_the_nearest_or_created(desk: Desk) -> None:
    """A title that does not exist is refused naming the nearest one, or made."""
    desk.custom_object("cases")
    desk.attribute("objects/cases", "size", "select", is_multiselect=True)
    desk.attio.api("POST", "/v2/objects/cases/attributes/size/options", {"data": {"title": "Medium"}})
    rows = [{"code": "1", "size": "Medium"}, {"code": "2", "size": ["Medum"]}]
    refused = desk.push(rows, "cases")
    created = desk.push(rows, "cases", on_unknown_option="create")

    assert "'Medium'" in str(refused.rejected[0].remedy)
    assert (1, 1, 0) == (created.counts.create, created.counts.unchanged, created.counts.rejected)


def test_list_entries_by_their_parent(desk: Desk) -> None:
    """Rows add records to a list and set entry values; a mirror takes them off again."""
    desk.push(ROWS)
    desk.list_of("sales", "companies")
    desk.attribute("lists/sales", "score", "number")
    fields = [
        {"column": "domain", "attribute": "parent_record", "reference": "domains"},
        {"column": "score", "attribute": "score"},
    ]
    rows = [{"domain": "a.example.com", "score": 1}, {"domain": "b.example.com", "score": "2.5"}]
    first = desk.push(rows, "lists/sales", fields=fields)
    second = desk.push([rows[0], {**rows[1], "score": 3}], "lists/sales", fields=fields)
    mirrored = desk.push(rows[:1], "lists/sales", fields=fields, mode="mirror", max_delete_percent=50)
    desk.revert(mirrored)
    entries = desk.attio.api("POST", "/v2/lists/sales/entries/query", {})["data"]

    assert (2, 0) == (first.counts.create, first.counts.rejected)
    assert (1, 1) == (second.counts.update, second.counts.unchanged)
    assert 1 == mirrored.counts.delete
    assert [1, 3] == sorted(entry["entry_values"]["score"][0]["value"] for entry in entries)


def test_notes_and_tasks_are_never_made_twice(desk: Desk) -> None:
    """The same note on the same record, and the same task, are made once."""
    desk.push(ROWS)
    notes = [
        {"column": "domain", "attribute": "parent_record", "reference": "domains"},
        {"column": "title", "attribute": "title"},
        {"column": "text", "attribute": "content"},
    ]
    row = {"domain": "a.example.com", "title": "Call", "text": "Went *well*."}
    tasks = [
        {"column": "text", "attribute": "content"},
        {"column": "domain", "attribute": "linked_records", "reference": "domains"},
    ]
    first, second = desk.push([row, row], "notes", fields=notes), desk.push([row], "notes", fields=notes)
    task, task_again = desk.push([row], "tasks", fields=tasks), desk.push([row], "tasks", fields=tasks)
    undone = desk.revert(task)

    assert (1, 1) == (first.counts.create, first.counts.superseded)
    assert (0, 1) == (second.counts.create, second.counts.unchanged)
    assert (1, 1) == (task.counts.create, task_again.counts.unchanged)
    assert (1, []) == (undone.counts.delete, desk.attio.api("GET", "/v2/tasks")["data"])


def test_deleted_rows_follow_delete_when(desk: Desk) -> None:
    """Rows marked as deleted delete their records where configured, and are refused elsewhere."""
    desk.push(ROWS)
    marked = {**ROWS[0], "_ab_cdc_deleted_at": "2026-01-01"}
    refused = desk.push([marked])
    report = desk.push([marked, {**ROWS[1], "_ab_cdc_deleted_at": None}], delete_when="_ab_cdc_deleted_at")

    assert "deleted_row" == refused.rejected[0].code
    assert (1, 1) == (report.counts.delete, report.counts.unchanged)


def test_requests_count_on_the_governor(desk: Desk) -> None:
    """A report says how many requests were made, and they are what Attio received."""
    with desk.session() as session:
        desk.attio.clear_calls()
        report = session.push(stream("companies"), ROWS)

    assert isinstance(session.client, AttioClient)
    assert isinstance(session.client.governor, Counting)
    assert desk.writes() == report.writes


def test_too_many_rejected_rows_stop_a_push(desk: Desk) -> None:
    """Above `max_rejected_percent` a push fails, and the journal says so."""
    with pytest.raises(Misconfigured, match="1 of 3 rows"), desk.session(max_rejected_percent=20) as session:
        session.push(stream("companies"), [*ROWS, {"name": "no key"}])
    with Journal.open(desk.journal) as journal:
        run = journal.runs()[0]

    assert ("failed", 2) == (run.status, run.counts.create)


def test_two_streams_may_tell_the_same_records_by_other_keys(desk: Desk) -> None:
    """What one stream claims does not keep another one from the same record."""
    desk.push(ROWS[:1])
    record_id = desk.attio.records("companies")[0]["id"]["record_id"]
    with desk.session() as session:
        first = session.push(stream("companies"), ROWS[:1])
        settings = stream("companies", match="record_id").model_copy(update={"stream": "other"})
        second = session.push(
            settings, [{"record_id": record_id, "domains": ["a.example.com"], "name": "Other"}]
        )

    assert (1, 1, 0) == (first.counts.unchanged, second.counts.update, second.counts.rejected)


def test_saved_plan_makes_stubs_first(desk: Desk) -> None:
    """Stubs that rows point at are part of the plan, and applying it links to them."""
    fields = [
        {"column": "email", "attribute": "email_addresses"},
        {"column": "company", "attribute": "company", "reference": "domains"},
    ]
    rows = [{"email": "ada@example.org", "company": "new.example.com"}]
    plan = desk.plan(rows, "people", fields=fields, on_missing_reference="create_stub")
    report = desk.apply(plan)
    again = desk.push(rows, "people", fields=fields)

    assert [("companies", "create"), ("people", "create")] == [(one.target, one.kind) for one in plan.actions]
    assert (1, (), 1) == (report.counts.create, report.dropped, again.counts.unchanged)


def test_retried_rejects_are_written(desk: Desk) -> None:
    """Rows from the rejects file can be corrected and pushed again."""
    desk.push([{"domains": "a.example.com", "primary_location": "nowhere", "name": "A"}])
    kept = [{**row, "primary_location": "GB"} for _, row in read_rejects(desk.folder / "rejects.jsonl")]
    report = desk.push(kept)

    assert (1, [["A"]]) == (report.counts.create, desk.values("companies", "name"))


def with_titles(desk: Desk, kind: str, *, many: bool = False) -> str:
    """An attribute with the titles 'Small' and 'A, B', and 'Old', which is archived; their path."""
    desk.custom_object("cases")
    desk.attribute("objects/cases", "size", kind, is_multiselect=many)
    path = f"/v2/objects/cases/attributes/size/{'options' if kind == 'select' else 'statuses'}"
    for title in ("Small", "A, B", "Old"):
        desk.attio.api("POST", path, {"data": {"title": title}})
    desk.attio.api("PATCH", f"{path}/Old", {"data": {"is_archived": True}})
    return path


@pytest.mark.parametrize("kind", ["select", "status"])
@pytest.mark.parametrize("policy", ["reject", "create"])
def test_an_archived_title_costs_its_row_alone(desk: Desk, kind: str, policy: str) -> None:
    """An archived option or status is named as such, and the other rows go on."""
    with_titles(desk, kind)
    rows = [{"code": "1", "size": "Old"}, {"code": "2", "size": "Small"}]
    report = desk.push(rows, "cases", on_unknown_option=policy)

    assert (1, 1) == (report.counts.create, report.counts.rejected)
    assert "is archived" in str(report.rejected[0].reason)
    assert ("size", "value_not_found") == (report.rejected[0].attribute, report.rejected[0].code)


def test_the_nearest_title_may_be_written_otherwise(desk: Desk) -> None:
    """Titles are told apart by case, and the hint finds the one that was meant."""
    with_titles(desk, "select")
    report = desk.push([{"code": "1", "size": "SMALL"}], "cases")

    assert "'Small'" in str(report.rejected[0].remedy)
    assert "'A, B'" not in str(report.rejected[0].remedy)


@pytest.mark.parametrize("text", ["A, B", "Small, A, B", '"A, B", Small', '["A, B"]'])
def test_titles_with_commas_in_lists_with_commas(desk: Desk, text: str) -> None:
    """A title that has a comma is recognised in a text with commas, also where columns are mapped by name."""
    with_titles(desk, "select", many=True)
    report = desk.push([{"code": "1", "size": text}], "cases")
    titles = {one["title"] for one in desk.values("cases", "size")[0]}

    assert 0 == report.counts.rejected
    assert titles == ({"A, B", "Small"} if "Small" in text else {"A, B"})


def test_two_hundred_rows_make_their_new_title_once(desk: Desk) -> None:
    """However many rows bring a new title at once, it is made once."""
    path = with_titles(desk, "status")
    desk.attio.clear_calls()
    report = desk.push(
        [{"code": str(n), "size": "New"} for n in range(200)], "cases", on_unknown_option="create"
    )

    assert (200, 201) == (report.counts.create, desk.writes())
    assert ["Small", "A, B", "New"] == [one["title"] for one in desk.attio.api("GET", path)["data"]]


def test_only_titles_that_are_written_are_made(desk: Desk) -> None:
    """A plan makes no title, and neither does a rule that leaves the title out or takes it away."""
    path = with_titles(desk, "select")
    desk.push([{"code": "1", "size": "Small"}], "cases")
    row, more = {"code": "1", "size": "New"}, {"on_unknown_option": "create"}
    for merge in ("set_if_empty", "remove"):
        fields = [
            {"column": "code", "attribute": "code"},
            {"column": "size", "attribute": "size", "merge": merge},
        ]
        desk.push([row], "cases", fields=fields, **more)
    plan = desk.plan([row], "cases", **more)
    before = [one["title"] for one in desk.attio.api("GET", path)["data"]]
    report = desk.apply(plan)

    assert ["Small", "A, B"] == before
    assert (1, 0) == (report.counts.update, report.counts.rejected)
    assert ["New"] == [one["title"] for one in desk.values("cases", "size")[0]]


def test_a_title_that_attio_does_not_take_costs_its_rows_alone(desk: Desk) -> None:
    """When a new title cannot be made, the rows that need it are refused, and the others are written."""
    with_titles(desk, "select")
    path = "/v2/objects/cases/attributes/size/options"
    desk.attio.fault("status", method="POST", path=path, status=400, code="validation_type", count=1)
    rows = [{"code": "1", "size": "Bad"}, {"code": "2", "size": "Bad"}, {"code": "3", "size": "Good"}]
    report = desk.push(rows, "cases", on_unknown_option="create")
    made = {one["title"] for one in desk.attio.api("GET", path)["data"]} & {"Bad", "Good"}
    lost = [number for number, row in enumerate(rows, 1) if row["size"] not in made]

    assert 1 == len(made)  # both are asked for at once, and either may meet the refusal
    assert lost == sorted(one.row_number or 0 for one in report.rejected)
    assert len(rows) - len(lost) == report.counts.create
    assert {("size", "validation_type")} == {(one.attribute, one.code) for one in report.rejected}


def test_mirror_knows_the_records_of_rejected_rows(desk: Desk) -> None:
    """A row with a wrong value still says that its record is there; one without a key stops the mirror."""
    desk.push(ROWS)
    wrong = [{**ROWS[0], "primary_location": "nowhere"}]
    report = desk.push(wrong, mode="mirror", max_delete_percent=50)
    kept = desk.values("companies", "name")
    with pytest.raises(Misconfigured, match="1 rows were rejected before anybody knew"):
        desk.push([*wrong, {"name": "no key"}], mode="mirror", max_delete_percent=100)

    assert (1, 1) == (report.counts.mirrored, report.counts.rejected)
    assert [["Alpha"]] == kept


WRONG = {
    "a number that is none": {"score": "many"},
    "an address that is none": {"contact": "nobody"},
    "a person who is not there": {"contact": "nobody@example.org"},
    "a person who is not the only one": {"boss": "Twin"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_mirror_knows_the_entries_of_rejected_rows(desk: Desk, wrong: dict[str, Any]) -> None:
    """Whatever is wrong with a row, its parent is looked up: its entry stays, those of no row go."""
    fields = pipeline(desk)
    rows = [{"domain": "a.example.com", "score": 1}, {"domain": "b.example.com", "score": 2}]
    desk.push(rows, "lists/sales", fields=fields)
    settings: dict[str, Any] = {"fields": fields, "mode": "mirror"}
    with pytest.raises(Misconfigured, match="1 of 2 in 'lists/sales' left the source"):
        desk.push([rows[0] | wrong], "lists/sales", **settings)
    settings["max_delete_percent"] = 50
    plan = desk.plan([rows[0] | wrong], "lists/sales", **settings)
    report = desk.push([rows[0] | wrong], "lists/sales", **settings)

    assert (1, 1, 1) == (report.counts.mirrored, report.counts.rejected, report.counts.rows)
    assert plan.counts == report.counts
    assert [1] == [one["entry_values"]["score"][0]["value"] for one in desk.held("lists/sales/entries")]


def test_mirror_stops_where_a_row_may_mean_several_entries(desk: Desk) -> None:
    """A row whose parent cannot be told from others names no entry, so nobody knows what is absent."""
    fields = pipeline(desk)
    rows = [{"domain": f"{one}.example.com"} for one in ("a", "b")]
    desk.push(rows, "lists/sales", fields=fields)
    desk.push([{"domains": "b.example.com", "name": "Alpha"}])
    fields[-1] = {"column": "name", "attribute": "parent_record", "reference": "name"}
    with pytest.raises(Misconfigured, match="1 rows were rejected before anybody knew"):
        desk.push([{"name": "Alpha"}], "lists/sales", fields=fields, mode="mirror", max_delete_percent=100)

    assert 2 == len(desk.held("lists/sales/entries"))


def pipeline(desk: Desk) -> list[dict[str, Any]]:
    """A list of companies whose entries have a number and point at people; how rows fill it."""
    desk.push(ROWS)
    desk.push([{"email_addresses": f"twin{one}@example.org", "name": "Twin"} for one in (1, 2)], "people")
    desk.list_of("sales", "companies")
    desk.attribute("lists/sales", "score", "number")
    people = {"record_reference": {"allowed_objects": ["people"]}}
    for slug in ("contact", "boss"):
        desk.attribute("lists/sales", slug, "record-reference", config=people)
    return [
        {"column": "score", "attribute": "score"},
        {"column": "contact", "attribute": "contact", "reference": "email_addresses"},
        {"column": "boss", "attribute": "boss", "reference": "name"},
        {"column": "domain", "attribute": "parent_record", "reference": "domains"},
    ]


def test_mirror_may_delete_exactly_its_limit(desk: Desk) -> None:
    """A share of exactly `max_delete_percent` is deleted; anything below 100 stops an empty source."""
    rows = [{"domains": f"m{n}.example.com", "name": str(n)} for n in range(10)]
    desk.push(rows)
    report = desk.push(rows[:9], mode="mirror", max_delete_percent=10)
    with pytest.raises(Misconfigured, match="9 of 9"):
        desk.push([], mode="mirror", max_delete_percent=99.9)

    assert 1 == report.counts.mirrored


def test_an_object_may_be_called_notes(desk: Desk) -> None:
    """An object of that name is no notes: its writes are told apart in the journal and can be undone."""
    desk.custom_object("notes")
    report = desk.push([{"code": "1"}], "objects/notes")
    undone = desk.revert(report)

    assert (1, 1, ()) == (report.counts.create, undone.counts.delete, undone.conflicts)
    assert [] == desk.values("notes", "code")


def test_actors_that_cannot_be_written_may_be_pushed_back(desk: Desk) -> None:
    """A row with the actor that is there changes nothing; another one than a member is refused."""
    desk.attio.seed("hostile")
    held = next(one for one in desk.attio.records("odd-things") if one["values"]["actor"])
    actor = bare(held["values"]["actor"][0])
    row = {"record_id": held["id"]["record_id"], "actor": actor}
    other = {**row, "actor": {"type": "app", "id": "00000000-0000-4000-8000-000000000000"}}
    same = desk.push([row], "odd-things", match="record_id")
    refused = desk.push([other], "odd-things", match="record_id")

    assert (1, 0) == (same.counts.unchanged, same.counts.rejected)
    assert ("actor", "validation_type") == (refused.rejected[0].attribute, refused.rejected[0].code)


def test_an_attribute_may_be_called_like_a_mark(desk: Desk) -> None:
    """Where the target has an attribute `_deleted`, a column of that name is its value and no mark."""
    desk.custom_object("cases")
    desk.attribute("objects/cases", "_deleted", "text")
    report = desk.push([{"code": "1", "_deleted": "never"}], "cases")

    assert (1, [["never"]]) == (report.counts.create, desk.values("cases", "_deleted"))
