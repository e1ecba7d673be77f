"""A revert does not empty references that others have set to records of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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
    assert "Somebody calls it 'Renamed' by now." in {one.reason for one in undone.conflicts}
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
