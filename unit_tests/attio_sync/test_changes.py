from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.show.plan_store import PAGE, PlanStore
from attio_sync.show.plan_views import Filter
from attio_sync.ui.changes import PATTERNS_FROM, changes_of
from destination_attio.model.plan import Change, Counts, FieldChange

if TYPE_CHECKING:
    from attio_sync.ui.changes import ChangesView
    from destination_attio.model.plan import Kind


def change(number: int, kind: Kind, reason: str | None = None, **names: str) -> Change:
    fields = tuple(FieldChange(attribute=slug, before="old", after=new) for slug, new in names.items())
    return Change(kind=kind, stream="s", target="companies", row_number=number, fields=fields, reason=reason)


def shown(changes: list[Change], look: Filter) -> ChangesView:
    """The part of a screen that shows these changes."""
    with PlanStore.create().extend(changes) as store:
        return changes_of(store, look, Counts())


@pytest.mark.parametrize(
    ("writes", "look", "view"),
    [
        (PATTERNS_FROM, Filter(), "records"),
        (PATTERNS_FROM + 1, Filter(), "patterns"),
        (PATTERNS_FROM + 1, Filter(kinds=("update",)), "records"),
        (PATTERNS_FROM + 1, Filter(view="records"), "records"),
        (1, Filter(view="patterns"), "patterns"),
    ],
)
def test_a_long_plan_shows_its_patterns_first(writes: int, look: Filter, view: str) -> None:
    """Unless somebody narrows the list or asks for records; rows without a write do not make it long."""
    rejected = [change(1000, "rejected", "why")]
    found = shown(rejected + [change(number, "update", name="new") for number in range(writes)], look)

    assert (view, view == "records", view == "patterns") == (
        found.view,
        bool(found.records),
        bool(found.patterns),
    )


def test_a_long_plan_of_deletions_shows_each_of_them() -> None:
    """A deletion has no pattern, so that a list of patterns would be empty."""
    found = shown([change(number, "delete", name="x") for number in range(PATTERNS_FROM + 1)], Filter())

    assert ("records", PAGE) == (found.view, len(found.records))


def test_a_superseded_row_that_says_something_else_stands_alone() -> None:
    """One that says the same as its successor is counted with the others of its reason."""
    found = shown(
        [
            change(1, "superseded", "row 9 says otherwise", name="other"),
            change(2, "superseded", "row 9 says the same"),
            change(3, "rejected", "no domain"),
        ],
        Filter(),
    )

    assert [1] == [one.row_number for one in found.lost]
    assert {"row 9 says the same": 1, "no domain": 1} == {one.reason: one.rows for one in found.groups}


def test_rows_without_a_write_stand_on_the_first_page_of_all_changes() -> None:
    """Where they do not all fit there, it says so; their own list goes on from page to page."""
    rejected = [change(number, "rejected", f"reason {number}") for number in range(PAGE + 1)]
    first, second, own = (
        shown(rejected, look) for look in (Filter(), Filter(at=PAGE), Filter(at=PAGE, kinds=("rejected",)))
    )

    assert (PAGE, [("rejected", PAGE + 1)]) == (len(first.groups), first.more)
    assert ([], []) == (second.groups, second.more)
    assert (["reason 50"], []) == ([one.reason for one in own.groups], own.more)
