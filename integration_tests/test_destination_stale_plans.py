"""Saved plans that no longer fit what Attio holds, or that somebody has edited: told, and not written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from destination_attio.model.plan import FieldChange, Plan, PlanError, dumps, loads
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


def test_a_line_that_somebody_takes_out_of_a_mirrors_plan_is_not_done(desk: SmallDesk) -> None:
    """The other deletions are, and the sum of the run holds."""
    plan = desk.plan(ROWS[:1], mode="mirror", max_delete_percent=100)
    raw = json.loads(dumps(plan))
    kept = raw["changes"].pop()
    with desk.session() as session:
        report = session.push_plan(loads(json.dumps(raw)))

    assert (1, 1) == (report.counts.mirrored, report.counts.delete)
    assert kept["record_id"] in desk.snapshot("companies")


def test_the_plan_of_a_revert_is_no_plan_of_a_push(desk: SmallDesk) -> None:
    """A revert asks what others have added before it deletes; a push of its plan would not."""
    run = desk.push([{**ROWS[0], "domains": "more.example.com"}])
    with desk.session() as session:
        plan = session.plan_revert(run.run_id)
    with pytest.raises(PlanError, match=f"attio-sync revert {run.run_id}"):
        desk.apply(plan)

    assert 4 == len(desk.snapshot("companies"))


def things(desk: SmallDesk, by: str) -> dict[str, Any]:
    """Things that point at each other by this attribute, and the settings of rows with stubs."""
    desk.custom_object("things")
    desk.attribute("objects/things", "label", "text")
    to_things = {"config": {"record_reference": {"allowed_objects": ["things"]}}}
    desk.attribute("objects/things", "owner", "record-reference", **to_things)
    own = {"column": "code", "attribute": "code"}
    owner = {"column": "of", "attribute": "owner", "reference": by}
    return {"match": "code", "fields": [own, owner], "on_missing_reference": "create_stub"}


POINTING = [{"code": "a", "of": "x"}, {"code": "b", "of": "y"}, {"code": "c"}]


@pytest.mark.parametrize("by", ["code", "label"])
def test_a_plan_makes_stubs_by_any_attribute_of_the_same_object(desk: SmallDesk, by: str) -> None:
    """A stub has the value that rows refer by, and perhaps no value of the key that rows match by."""
    report = desk.apply(desk.plan(POINTING, "things", **things(desk, by)))
    held = desk.attio.records("things", limit=500)

    assert (3, 0) == (report.counts.create, report.counts.rejected)
    assert {"x", "y"} <= {value["value"] for one in held for value in one["values"][by]}
    assert 2 == sum(bool(one["values"]["owner"]) for one in held)


def test_a_stub_that_attio_refuses_is_no_row(desk: SmallDesk) -> None:
    """The row that points at it is rejected, and the sum of the run holds."""
    plan = desk.plan(POINTING, "things", **things(desk, "label"))
    desk.attio.fault("status", method="POST", path="/v2/objects/things/records", status=400, count=1)
    report = desk.apply(plan)

    assert (3, 1) == (report.counts.rows, report.counts.rejected)
