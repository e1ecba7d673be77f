"""Plans: they show what a push would change, and applying a saved one changes exactly that."""

from __future__ import annotations

from integration_tests.destination.desk import COMPANIES, Desk
from integration_tests.places import PLACE_FIELDS, place, with_places


def test_saved_plan_is_applied_exactly_and_then_empty(desk: Desk) -> None:
    """Plan, push that plan, plan again: nothing is left to do."""
    rows = [*COMPANIES, {"domains": "c.example.com", "name": "New"}]
    plan = desk.plan(rows)
    report = desk.apply(plan)
    again = desk.plan(rows)

    assert (3, None, ()) == (report.counts.create, report.stopped_at, report.dropped)
    assert () == again.actions


def test_saved_plan_stops_where_its_basis_moved(desk: Desk) -> None:
    """What somebody changed after the plan was made is not overwritten; rows before it are applied."""
    desk.push(COMPANIES)
    plan = desk.plan([{**row, "description": "planned"} for row in COMPANIES])
    moved = plan.actions[1]
    path = f"/v2/objects/companies/records/{moved.record_id}"
    desk.attio.api("PATCH", path, {"data": {"values": {"description": "by hand"}}})
    report = desk.apply(plan)

    assert report.stopped_at is not None
    assert (moved.record_id, 1) == (report.stopped_at.record_id, report.counts.update)
    assert [["by hand"], ["planned"]] == desk.values("companies", "description")


def test_saved_plan_with_a_circle(desk: Desk) -> None:
    """A saved plan links records that it makes itself."""
    with_places(desk)
    rows, fields = [place(1, 2), place(2, 1)], PLACE_FIELDS[:2]
    plan = desk.plan(rows, "places", fields=fields)
    report = desk.apply(plan)
    again = desk.plan(rows, "places", fields=fields)

    assert (2, ()) == (report.counts.create, report.dropped)
    assert () == again.actions


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
