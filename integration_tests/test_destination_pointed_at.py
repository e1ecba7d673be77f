"""A revert does not empty references that others have set to records of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.model.change import listing
from integration_tests.test_destination_colleagues import Office

if TYPE_CHECKING:
    from destination_attio.model.plan import Plan, Report

FIELDS = [
    {"column": "code", "attribute": "code"},
    {"column": "parent", "attribute": "parent", "reference": "code"},
]
ROOT_AND_LEAF = [{"code": "root"}, {"code": "leaf", "parent": "root"}]
CIRCLE = [{"code": "root", "parent": "leaf"}, {"code": "leaf", "parent": "root"}]


class Desk(Office):
    """Things that point at each other, and a list of companies whose entries point at things."""

    def __init__(self) -> None:
        super().__init__()
        config = {"record_reference": {"allowed_objects": ["things"]}}
        self.attribute("objects/things", "parent", "record-reference", config=config)
        self.attribute("lists/queue", "thing", "record-reference", config=config)

    def pushed(self, rows: list[Any], **more: Any) -> Report:
        """A run."""
        return self.push(rows, "things", match="code", fields=FIELDS, **more)

    def ids(self) -> dict[str, str]:
        """The ids of all things, by their codes."""
        return {one["code"][0]["value"]: own for own, one in self.all("things").items()}

    def at(self, code: str) -> list[Any]:
        """A reference to a thing, as Attio has it."""
        return [{"target_object": "things", "target_record_id": self.ids()[code]}]

    def record(self, code: str) -> None:
        """The colleague makes a thing that points at another."""
        values = {"code": "his", "parent": self.at(code)}
        self.theirs("POST", "/v2/objects/things/records", {"data": {"values": values}})

    def entry(self, code: str) -> None:
        """He makes an entry that points at a thing."""
        entry = {
            "parent_object": "companies",
            "parent_record_id": self.company(1),
            "entry_values": {"thing": self.at(code)},
        }
        self.theirs("POST", "/v2/lists/queue/entries", {"data": entry})

    def note(self, code: str) -> None:
        """He writes a note on a thing."""
        parent = {"parent_object": "things", "parent_record_id": self.ids()[code]}
        note = {**parent, "title": "t", "format": "plaintext", "content": "his"}
        self.theirs("POST", "/v2/notes", {"data": note})

    def planned(self, report: Report) -> Plan:
        """What a revert would do."""
        with self.session() as session:
            return session.plan_revert(report.run_id)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("rows", [ROOT_AND_LEAF, CIRCLE, [{"code": "root", "parent": "root"}]])
def test_what_the_run_itself_has_linked_goes(desk: Desk, rows: list[Any]) -> None:
    """A record does not stay for a reference that goes with the revert."""
    report = desk.pushed(rows)
    planned = desk.planned(report)
    undone = desk.revert(report)

    assert ((), {}) == (undone.conflicts, desk.ids())
    assert len(rows) == planned.counts.delete == undone.counts.delete


@pytest.mark.parametrize(
    ("rows", "what", "code", "left", "told"),
    [
        (ROOT_AND_LEAF, "record", "root", {"root", "his"}, "1 of 'things' points at it with 'parent'."),
        (ROOT_AND_LEAF, "record", "leaf", {"root", "leaf", "his"}, "1 of 'things' points at it"),
        (CIRCLE, "record", "leaf", {"leaf", "his"}, "1 of 'things' points at it with 'parent'."),
        (ROOT_AND_LEAF, "entry", "root", {"root"}, "1 of 'lists/queue' points at it with 'thing'."),
        (ROOT_AND_LEAF, "note", "leaf", {"root", "leaf"}, "1 of 'things' points at it with 'parent'."),
    ],
)
def test_what_others_point_at_stays_and_is_listed(
    desk: Desk, rows: list[Any], what: str, code: str, left: set[str], told: str
) -> None:
    """So does what a record that stays points at; the plan of the revert says the same before."""
    report = desk.pushed(rows)
    getattr(desk, what)(code)
    planned = desk.planned(report)
    undone = desk.revert(report)

    assert left == set(desk.ids())
    assert planned.counts.rejected == undone.counts.rejected == len(left - {"his"})
    assert planned.counts.delete == undone.counts.delete
    assert any(told in str(one.reason) for one in undone.conflicts)


@pytest.mark.parametrize(
    ("what", "code", "told"),
    [
        ("record", "root", {"root": "1 of 'things' points at it with 'parent'."}),
        ("entry", "leaf", {"leaf": "1 of 'lists/queue' points at it with 'thing'."}),
        ("note", "leaf", {"leaf": "It has 1 note."}),
    ],
)
@pytest.mark.parametrize("most", [1, 2])
def test_what_goes_with_a_planned_deletion_is_told(
    desk: Desk, what: str, code: str, told: dict[str, str], most: int
) -> None:
    """References of others count; those from records that the plan deletes as well do not."""
    desk.pushed(ROOT_AND_LEAF)
    getattr(desk, what)(code)
    ids = desk.ids()
    plan = desk.plan(
        [{"code": code}, {"code": "leaf" if code == "root" else "root"}], "things", mode="delete"
    )
    with desk.session() as session:
        found = session.goes_with(listing(plan.changes, "delete"), most)

    assert {ids[one]: sentence for one, sentence in told.items()} == found


def test_what_the_token_may_not_read_is_not_taken_for_nothing(desk: Desk) -> None:
    """The approver reads that it is not known, and which scope would tell."""
    desk.pushed([{"code": "root"}])
    plan = desk.plan([{"code": "root"}], "things", mode="delete")
    desk.attio.add_token(desk.attio.token, scopes=["record_permission:read", "object_configuration:read"])
    with desk.session() as session:
        (found,) = session.goes_with(listing(plan.changes, "delete"), 1).values()

    assert "Whether something points at it is not known (the token lacks list_" in found


def test_a_stub_that_others_point_at_stays(desk: Desk) -> None:
    """It is a record of the run like any other."""
    report = desk.pushed([{"code": "leaf", "parent": "stub"}], on_missing_reference="create_stub")
    desk.record("stub")
    undone = desk.revert(report)

    assert {"stub", "his"} == set(desk.ids())
    assert 1 == len(undone.conflicts)


def test_a_reference_that_somebody_has_moved_keeps_its_new_record(desk: Desk) -> None:
    """The run changed it, he changed it since: the value is left, and so is what it points at now."""
    desk.pushed([{"code": "old"}])
    report = desk.pushed([{"code": "one"}, {"code": "two"}, {"code": "old", "parent": "one"}])
    values = {"data": {"values": {"parent": desk.at("two")}}}
    desk.theirs("PUT", f"/v2/objects/things/records/{desk.ids()['old']}", values)
    undone = desk.revert(report)

    assert {"old", "two"} == set(desk.ids())
    assert 2 == len(undone.conflicts)


MADE = {"code": "a", "tags": ["Made"]}


def tagged(desk: Desk) -> Report:
    """A run that makes an option."""
    return desk.push([MADE], "things", match="code", on_unknown_option="create")


def option(desk: Desk, title: str, slug: str = "tags") -> Any:
    """One option of an attribute, archived or not."""
    path = f"/v2/objects/things/attributes/{slug}/options"
    found = desk.attio.api("GET", path, show_archived="true")["data"]
    return next(one for one in found if one["title"] == title)


def test_an_option_that_somebody_has_renamed_is_left_and_listed(desk: Desk) -> None:
    """Nothing is looked up by a title that is no title any more."""
    report = tagged(desk)
    own_id = option(desk, "Made")["id"]["option_id"]
    desk.theirs(
        "PATCH", f"/v2/objects/things/attributes/tags/options/{own_id}", {"data": {"title": "Renamed"}}
    )
    planned = desk.planned(report)
    undone = desk.revert(report)

    assert not option(desk, "Renamed")["is_archived"]
    assert "Somebody has renamed it to 'Renamed'." in {one.reason for one in undone.conflicts}
    assert 2 == undone.counts.rejected == sum(one.kind == "rejected" for one in planned.changes)


def test_an_option_that_somebody_has_archived_is_done_already(desk: Desk) -> None:
    """A revert has nothing to do about it."""
    report = desk.push([MADE, {"code": "b"}], "things", match="code", on_unknown_option="create")
    own_id = option(desk, "Made")["id"]["option_id"]
    desk.theirs(
        "PATCH", f"/v2/objects/things/attributes/tags/options/{own_id}", {"data": {"is_archived": True}}
    )
    undone = desk.revert(report)

    assert (1, ()) == (undone.counts.unchanged, undone.conflicts)


def test_an_option_of_a_renamed_attribute_is_archived(desk: Desk) -> None:
    """The attribute is known by its id, as those of records are."""
    report = tagged(desk)
    desk.attio.api("PATCH", "/v2/objects/things/attributes/tags", {"data": {"api_slug": "labels"}})
    undone = desk.revert(report)

    assert ((), {}) == (undone.conflicts, desk.ids())
    assert option(desk, "Made", "labels")["is_archived"]


def related(desk: Desk) -> None:
    """A relationship of things among themselves: a boss, and on the other side a team."""
    boss: dict[str, Any] = {
        "config": {"record_reference": {"allowed_objects": ["things"]}},
        "relationship": {"object": "things", "title": "Team", "api_slug": "team", "is_multiselect": True},
    }
    desk.attribute("objects/things", "boss", "record-reference", **boss)


def test_both_sides_of_a_relationship_among_the_runs_records_go(desk: Desk) -> None:
    """Attio has written the other side itself, and it goes with the record that it shows."""
    related(desk)
    fields = [FIELDS[0], {"column": "boss", "attribute": "boss", "reference": "code"}]
    rows = [{"code": "a"}, {"code": "b", "boss": "a"}, {"code": "c", "boss": "b"}]
    report = desk.push(rows, "things", match="code", fields=fields)
    planned = desk.planned(report)
    undone = desk.revert(report)

    assert (3, 3, ()) == (planned.counts.delete, undone.counts.delete, undone.conflicts)


def test_a_relationship_with_records_of_others_does_not_hold_the_runs_record(desk: Desk) -> None:
    """People who were pushed into a company of somebody's go; the company that he staffed himself stays."""
    theirs = desk.company(1)
    fields = [
        {"column": "mail", "attribute": "email_addresses"},
        {"column": "company", "attribute": "company", "reference": "domains"},
    ]
    rows = [{"mail": "ada@example.com", "company": "firm1.example.com"}]
    people = desk.push(rows, "people", match="email_addresses", fields=fields)
    companies = desk.push([{"domains": "firm2.example.com"}], "companies", match="domains")
    (ours,) = set(desk.all("companies")) - {theirs}
    company = [{"target_object": "companies", "target_record_id": ours}]
    values = {"email_addresses": ["bob@example.com"], "company": company}
    desk.theirs("POST", "/v2/objects/people/records", {"data": {"values": values}})

    assert (1, ()) == ((undone := desk.revert(people)).counts.delete, undone.conflicts)
    assert [ours] == [one.record_id for one in desk.revert(companies).conflicts]
    assert {theirs, ours} == set(desk.all("companies"))


@pytest.mark.parametrize("change", [{"is_completed": True}, {"deadline_at": "2026-06-01T00:00:00Z"}])
def test_a_task_that_somebody_has_worked_on_stays(desk: Desk, change: dict[str, Any]) -> None:
    """Ticking a task of the run off is a change like another."""
    report = desk.push(
        [{"text": "one"}, {"text": "two"}], "tasks", fields=[{"column": "text", "attribute": "content"}]
    )
    tasks = [one["id"]["task_id"] for one in desk.attio.api("GET", "/v2/tasks")["data"]]
    desk.theirs("PATCH", f"/v2/tasks/{tasks[0]}", {"data": change})
    undone = desk.revert(report)

    assert [tasks[0]] == [one["id"]["task_id"] for one in desk.attio.api("GET", "/v2/tasks")["data"]]
    assert [tasks[0]] == [one.record_id for one in undone.conflicts]
