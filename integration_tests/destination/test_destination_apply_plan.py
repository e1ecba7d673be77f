"""Saved plans that somebody has edited, that are not of a push, or that make stubs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from destination_attio.model.plan import PlanError, dumps, loads
from integration_tests.in_process import SmallDesk

ROWS = [{"domains": f"firm{one}.example.com", "name": f"Firm {one}"} for one in range(3)]


@pytest.fixture
def desk() -> SmallDesk:
    made = SmallDesk()
    made.push(ROWS)
    return made


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
    plan = desk.planned(run)
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
