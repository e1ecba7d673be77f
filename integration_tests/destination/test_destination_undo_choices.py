"""Options that a run made: a revert archives those that nobody uses, and lists the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.destination.office import Office
from integration_tests.destination.pointing import Desk

if TYPE_CHECKING:
    from destination_attio.model.plan import Report


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def office() -> Office:
    return Office()


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
    """Nothing is looked up by a title that is not a title any more."""
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


def options(office: Office) -> list[str]:
    found = office.attio.api("GET", "/v2/objects/things/attributes/tags/options")["data"]
    return [str(one["title"]) for one in found if not one["is_archived"]]


def test_options_are_planned_noted_and_undone(office: Office) -> None:
    """What `on_unknown_option: create` makes is in the plan, in the journal, and archived by the revert."""
    rows = [{"code": "a", "tags": ["New", "Other"]}, {"code": "b", "tags": ["New"]}]
    settings = {"match": "code", "on_unknown_option": "create"}
    plan = office.plan(rows, "things", **settings)
    report = office.push(rows, "things", **settings)
    with office.open_journal() as journal:
        noted = [one.change.key["title"] for one in journal.changes(report.run_id) if one.change.is_option]
    undone = office.revert(report)
    restored = office.revert(undone)

    assert ["New", "Other"] == [one.key["title"] for one in plan.changes if one.is_option] == noted
    assert (2, 2) == (plan.counts.create, report.counts.create)
    assert 2 == undone.counts.delete
    assert 2 == restored.counts.create
    assert ["New", "Other"] == options(office)


def test_an_option_that_others_use_stays(office: Office) -> None:
    """A title of the run that a record of somebody else's holds is left, and listed."""
    rows = [{"code": "a", "tags": ["New", "Other"]}]
    report = office.push(rows, "things", match="code", on_unknown_option="create")
    body = {"data": {"values": {"code": "theirs", "tags": ["New"]}}}
    office.theirs("POST", "/v2/objects/things/records", body)
    undone = office.revert(report)

    assert ["New"] == options(office)
    assert ["'New' of 'tags' is used by records that the revert leaves as they are."] == [
        one.reason for one in undone.conflicts
    ]
