"""Properties that hold for every input: plan and push agree, revert undoes push, every row has one fate."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration_tests.destination_desk import Desk

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

# One emulator serves all examples: each begins with a reset of its own.
quick = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
DOMAINS = st.sampled_from(
    ["a.example.com", "b.example.com", "c.example.com", "D.example.com", "https://e.example.com/"]
)
TEXTS = st.one_of(
    st.none(), st.sampled_from(["", "plain", "Zürich, 東京", "x" * 300, "0"]), st.integers(0, 3)
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"domains": st.one_of(st.lists(DOMAINS, max_size=3), DOMAINS, st.just("no domain"), st.none())},
        optional={
            "name": TEXTS,
            "description": TEXTS,
            "primary_location": st.sampled_from(["GB", {"city": "Bath"}, "?"]),
        },
    ),
    max_size=8,
)


def fresh(attio: RemoteEmulator) -> Desk:
    """An empty workspace and an empty folder."""
    attio.reset()
    return Desk(attio, Path(tempfile.mkdtemp()))


@quick
@given(before=ROWS, rows=ROWS)
def test_plan_push_plan_is_empty(
    attio: RemoteEmulator, before: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> None:
    """What a plan says is what a push of it does; planned again, nothing is left to do."""
    desk = fresh(attio)
    desk.push(before)
    plan = desk.plan(rows)
    report = desk.apply(plan)
    again = desk.plan(rows)

    assert plan.counts.written == report.counts.written
    assert ((), ()) == (again.actions, report.dropped)


@quick
@given(before=ROWS, rows=ROWS)
def test_push_does_what_plan_says(
    attio: RemoteEmulator, before: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> None:
    """Plan and push count alike, and every row has exactly one fate."""
    desk = fresh(attio)
    first = desk.push(before)
    plan = desk.plan(rows)
    report = desk.push(rows)
    again = desk.push(rows)

    assert plan.counts == report.counts
    assert (len(before), len(rows), len(rows)) == (first.counts.rows, report.counts.rows, again.counts.rows)
    assert 0 == again.counts.written


@quick
@given(before=ROWS, rows=ROWS)
def test_revert_restores_the_workspace(
    attio: RemoteEmulator, before: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> None:
    """After push and revert every value is what it was."""
    desk = fresh(attio)
    desk.push(before)
    held = desk.snapshot("companies")
    report = desk.push(rows)
    undone = desk.revert(report)

    assert () == undone.conflicts
    assert held == desk.snapshot("companies")


@quick
@given(before=ROWS, rows=ROWS, touched=st.sets(st.integers(0, 4)))
def test_revert_spares_what_others_changed(
    attio: RemoteEmulator, before: list[dict[str, Any]], rows: list[dict[str, Any]], touched: set[int]
) -> None:
    """What others wrote after the push is still there after the revert, and conflicts are told."""
    desk = fresh(attio)
    desk.push(before)
    report = desk.push(rows)
    ids = sorted(desk.snapshot("companies"))
    theirs = [ids[number] for number in touched if number < len(ids)]
    for record_id in theirs:
        body = {"data": {"values": {"description": "by hand"}}}
        desk.attio.api("PATCH", f"/v2/objects/companies/records/{record_id}", body)
    undone = desk.revert(report)
    held = desk.snapshot("companies")

    assert all(["by hand"] == held[one]["description"] for one in theirs)
    assert {change.record_id for change in undone.conflicts} <= set(theirs)
