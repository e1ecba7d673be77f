"""A dry run shows what a push would change, and writes nothing."""

from __future__ import annotations

from integration_tests.destination.desk import COMPANIES, Desk


def test_plan_writes_nothing_and_shows_before_and_after(desk: Desk) -> None:
    """A plan names each field's value before and after, and makes no write call."""
    desk.push(COMPANIES)
    desk.attio.clear_calls()
    plan = desk.plan([{**COMPANIES[0], "name": "Alfa"}, {"domains": "c.example.com", "name": "New"}])
    field = plan.changes[0].fields[0]

    assert 0 == desk.writes()
    assert ("name", "Alpha", "Alfa") == (field.attribute, field.before, field.after)
    assert ["update", "create"] == [change.kind for change in plan.changes]
