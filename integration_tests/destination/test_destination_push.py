"""Pushes: which rows are written, matched, refused or superseded, and what they point at."""

from __future__ import annotations

import pytest

from attio_api.client import AttioClient
from attio_api.errors import Misconfigured
from destination_attio.engine.assembly import Counting
from destination_attio.storage.journal import Journal
from destination_attio.storage.rejects import read_rejects
from integration_tests.destination.desk import COMPANIES, Desk, bare, stream
from integration_tests.places import PLACE_FIELDS, place, with_places


def test_first_push_creates_and_second_writes_nothing(desk: Desk) -> None:
    """A row that changes nothing costs no write."""
    first = desk.push(COMPANIES)
    desk.attio.clear_calls()
    second = desk.push(COMPANIES)

    assert (2, 0) == (first.counts.create, first.counts.unchanged)
    assert (0, 2, 0) == (second.counts.written, second.counts.unchanged, desk.writes())
    assert [["Alpha"], ["Beta"]] == desk.values("companies", "name")


def test_only_changed_rows_are_written(desk: Desk) -> None:
    """One changed row among many is one write."""
    desk.push(COMPANIES)
    desk.attio.clear_calls()
    report = desk.push([{**COMPANIES[0], "description": "Two"}, COMPANIES[1]])

    assert (1, 1, 1) == (report.counts.update, report.counts.unchanged, desk.writes())


def test_references_are_looked_up_by_unique_values(desk: Desk) -> None:
    """People point at companies by domain; a miss is refused, skipped or stubbed as configured."""
    desk.push(COMPANIES)
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
    with_places(desk)
    rows, fields = [place(1, 2), place(2, 1)], PLACE_FIELDS[:2]
    report = desk.push(rows, "places", fields=fields)
    again = desk.push(rows, "places", fields=fields)

    undone = desk.revert(report)

    assert (2, 0, 2) == (report.counts.create, report.counts.rejected, report.counts.rows)
    assert (0, 2) == (again.counts.written, again.counts.unchanged)
    assert ((), []) == (undone.conflicts, desk.values("places", "code"))


def test_list_entries_by_their_parent(desk: Desk) -> None:
    """Rows add records to a list and set entry values; a mirror takes them off again."""
    desk.push(COMPANIES)
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


def test_deleted_rows_follow_delete_when(desk: Desk) -> None:
    """Rows marked as deleted delete their records where configured, and are refused elsewhere."""
    desk.push(COMPANIES)
    marked = {**COMPANIES[0], "_ab_cdc_deleted_at": "2026-01-01"}
    refused = desk.push([marked])
    report = desk.push(
        [marked, {**COMPANIES[1], "_ab_cdc_deleted_at": None}], delete_when="_ab_cdc_deleted_at"
    )

    assert "deleted_row" == refused.rejected[0].code
    assert (1, 1) == (report.counts.delete, report.counts.unchanged)


def test_requests_count_on_the_governor(desk: Desk) -> None:
    """A report says how many requests were made, and they are what Attio received."""
    with desk.session() as session:
        desk.attio.clear_calls()
        report = session.push(stream("companies"), COMPANIES)

    assert isinstance(session.client, AttioClient)
    assert isinstance(session.client.governor, Counting)
    assert desk.writes() == report.writes


def test_too_many_rejected_rows_stop_a_push(desk: Desk) -> None:
    """Above `max_rejected_percent` a push fails, and the journal says so."""
    with pytest.raises(Misconfigured, match="1 of 3 rows"), desk.session(max_rejected_percent=20) as session:
        session.push(stream("companies"), [*COMPANIES, {"name": "no key"}])
    with Journal.open(desk.journal) as journal:
        run = journal.runs()[0]

    assert ("failed", 2) == (run.status, run.counts.create)


def test_two_streams_may_tell_the_same_records_by_other_keys(desk: Desk) -> None:
    """What one stream claims does not keep another one from the same record."""
    desk.push(COMPANIES[:1])
    record_id = desk.attio.records("companies")[0]["id"]["record_id"]
    with desk.session() as session:
        first = session.push(stream("companies"), COMPANIES[:1])
        settings = stream("companies", match="record_id").model_copy(update={"stream": "other"})
        second = session.push(
            settings, [{"record_id": record_id, "domains": ["a.example.com"], "name": "Other"}]
        )

    assert (1, 1, 0) == (first.counts.unchanged, second.counts.update, second.counts.rejected)


def test_retried_rejects_are_written(desk: Desk) -> None:
    """Rows from the rejects file can be corrected and pushed again."""
    desk.push([{"domains": "a.example.com", "primary_location": "nowhere", "name": "A"}])
    kept = [{**row, "primary_location": "GB"} for _, row in read_rejects(desk.folder / "rejects.jsonl")]
    report = desk.push(kept)

    assert (1, [["A"]]) == (report.counts.create, desk.values("companies", "name"))


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
