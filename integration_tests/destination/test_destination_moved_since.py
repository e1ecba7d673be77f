"""Saved plans whose records have changed since: the first such change is told, and not written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from destination_attio.model.plan import FieldChange, Plan
from integration_tests.in_process import SmallDesk

ROWS = [{"domains": f"firm{one}.example.com", "name": f"Firm {one}"} for one in range(3)]
CHANGED = [{**row, "name": "New"} for row in ROWS]
MOVED = "Somebody has changed the record since the plan was made."


@pytest.fixture
def desk() -> SmallDesk:
    made = SmallDesk()
    made.push(ROWS)
    return made


def with_before(plan: Plan, value: str) -> Plan:
    """The plan with another value in the before of its second change."""
    first, second, *rest = plan.changes
    field = replace(second.fields[0], before=value)
    return replace(plan, changes=(first, replace(second, fields=(field,)), *rest))


def test_a_before_that_is_not_so_stops_the_plan(desk: SmallDesk) -> None:
    """Whoever changed it, the file or the record: the value of the plan and the one in Attio are shown."""
    report = desk.apply(with_before(desk.plan(CHANGED), "Somebody's"))

    assert report.stopped_at
    assert MOVED == report.stopped_at.reason
    assert (FieldChange(attribute="name", before="Somebody's", after="Firm 1"),) == report.stopped_at.fields
    assert [["Firm 1"], ["Firm 2"], ["New"]] == desk.values("companies", "name")


def test_a_record_that_has_another_key_by_now_is_not_written(desk: SmallDesk) -> None:
    """The row is about another record: the key that has moved is shown."""
    plan = desk.plan(CHANGED)
    record = plan.changes[1].record_id
    values = {"data": {"values": {"domains": ["sold.example.com"]}}}
    desk.attio.api("PUT", f"/v2/objects/companies/records/{record}", values)
    report = desk.apply(plan)

    assert report.stopped_at
    assert MOVED == report.stopped_at.reason
    assert ["domains"] == [one.attribute for one in report.stopped_at.fields]
    assert ["sold.example.com"] == report.stopped_at.fields[0].after
    assert [["Firm 1"], ["Firm 2"], ["New"]] == desk.values("companies", "name")


def test_a_record_that_has_got_one_more_key_is_written(desk: SmallDesk) -> None:
    """A second domain beside the one of the row changes nothing about which record it is."""
    plan = desk.plan(CHANGED)
    values = {"data": {"values": {"domains": ["firm1.example.com", "more.example.com"]}}}
    desk.attio.api("PUT", f"/v2/objects/companies/records/{plan.changes[1].record_id}", values)
    report = desk.apply(plan)

    assert report.stopped_at is None
    assert [["New"]] * 3 == desk.values("companies", "name")


def test_an_entry_is_known_by_its_parent(desk: SmallDesk) -> None:
    """Entries that are as the plan saw them are written."""
    desk.list_of("queue", "companies")
    desk.attribute("lists/queue", "note", "text")
    fields = [
        {"column": "domains", "attribute": "parent_record", "reference": "domains"},
        {"column": "note", "attribute": "note"},
    ]
    desk.push([{**row, "note": "one"} for row in ROWS], "lists/queue", fields=fields)
    plan = desk.plan([{**row, "note": "two"} for row in ROWS], "lists/queue", fields=fields)

    assert (None, 3) == ((report := desk.apply(plan)).stopped_at, report.counts.update)


@pytest.mark.parametrize("target", ["notes", "tasks"])
def test_a_plan_of_notes_that_is_applied_twice_adds_them_once(desk: SmallDesk, target: str) -> None:
    """The second time it stops at the first one, and says that it is there already."""
    pointing = "parent_record" if target == "notes" else "linked_records"
    content = {"constant": "Hello", "attribute": "content"}
    fields = [{"column": "domains", "attribute": pointing, "reference": "domains"}, content]
    if target == "notes":
        fields.append({"column": "name", "attribute": "title"})
    plan = desk.plan(ROWS, target, fields=fields)
    first, second = desk.apply(plan), desk.apply(plan)

    assert (3, None) == (first.counts.create, first.stopped_at)
    assert second.stopped_at
    assert "exists by now" in str(second.stopped_at.reason)
    assert (0, 3) == (second.counts.create, len(desk.attio.api("GET", f"/v2/{target}")["data"]))
