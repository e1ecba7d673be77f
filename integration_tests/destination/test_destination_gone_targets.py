"""Reverts of runs that wrote to a list or an object that is gone since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from destination_attio.model.plan import listing
from integration_tests.in_process import MemoryDesk

if TYPE_CHECKING:
    from destination_attio.model.plan import Report

POINTS = {"record_reference": {"allowed_objects": ["things"]}}
NAMES = {"api_slug": "matters", "singular_noun": "matter", "plural_noun": "matters"}


@pytest.fixture
def desk() -> MemoryDesk:
    found = MemoryDesk()
    found.custom_object("things")
    found.list_of("queue", "things")
    found.attribute("lists/queue", "tags", "select", is_multiselect=True)
    return found


def entered(desk: MemoryDesk) -> Report:
    """Two entries, with an option that the run makes for them."""
    desk.push([{"code": "a"}, {"code": "b"}], "things", match="code")
    rows = [
        {"parent_record": one["id"]["record_id"], "tags": ["New"]} for one in desk.attio.records("things")
    ]
    return desk.push(rows, "lists/queue", on_unknown_option="create")


def both(desk: MemoryDesk, report: Report) -> tuple[list[str], list[str]]:
    """The reasons that the plan of a revert lists, and those of the revert."""
    plan = desk.planned(report)
    undone = desk.revert(report)
    assert 0 == undone.counts.written
    return (
        [str(one.reason) for one in listing(plan.changes, "rejected")],
        [str(one.reason) for one in undone.conflicts],
    )


def test_what_was_written_to_a_list_that_is_gone_is_listed(desk: MemoryDesk) -> None:
    """Entries and options alike, each with the reason; the revert itself is not refused."""
    report = entered(desk)
    desk.attio.control("DELETE", "lists/queue")
    planned, left = both(desk, report)

    assert planned == left
    assert ["The workspace has no list 'queue' any more, or it has another slug."] * 3 == left


def test_what_was_written_to_an_object_that_is_gone_is_listed(desk: MemoryDesk) -> None:
    """Also when its slug was changed, by which the journal knows it."""
    report = desk.push([{"code": "a"}], "things", match="code")
    desk.attio.api("PATCH", "/v2/objects/things", {"data": NAMES})
    planned, left = both(desk, report)

    assert planned == left
    assert ["The workspace has no object 'things' any more, or it has another slug."] == left


def test_what_went_elsewhere_is_undone_all_the_same(desk: MemoryDesk) -> None:
    """One target of a run is gone; what the run wrote to the other is taken back."""
    desk.attribute("objects/companies", "thing", "record-reference", config=POINTS)
    row = {"name": "Acme", "domains": "acme.com", "thing": "a"}
    fields = [
        {"column": "name", "attribute": "name"},
        {"column": "domains", "attribute": "domains"},
        {"column": "thing", "attribute": "thing", "reference": "code"},
    ]
    report = desk.push([row], match="domains", fields=fields, on_missing_reference="create_stub")
    desk.attio.api("PATCH", "/v2/objects/things", {"data": NAMES})
    undone = desk.revert(report)

    assert [] == desk.attio.records("companies")
    assert ["things"] == [one.target for one in undone.conflicts]
