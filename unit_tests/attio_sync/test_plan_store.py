from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_sync.show.plan_store import PlanStore
from attio_sync.show.plan_views import Filter
from destination_attio.model.plan import Change, FieldChange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def change(number: int, kind: str = "update", **values: Any) -> Change:
    fields = tuple(FieldChange(attribute=slug, before=b, after=a) for slug, (b, a) in values.items())
    return Change(
        kind=kind,  # type: ignore[arg-type]  # a kind
        stream="s",
        target="companies",
        key={"domains": [f"d{number}.example.com"]},
        row_number=number,
        fields=fields,
    )


@pytest.fixture
def store() -> Iterator[PlanStore]:
    """Thirty leads that become customers, four of which change their name as well, and one deletion."""
    with PlanStore.create() as made:
        made.extend(change(n, stage=("lead", "customer")) for n in range(26))
        made.extend(change(n, stage=("lead", "lost"), name=(f"N{n}", f"Ünew {n}")) for n in range(26, 30))
        made.extend([change(99, "delete", name=("Gone", None))])
        yield made


def numbers(store: PlanStore, look: Filter) -> list[int | None]:
    return [one.row_number for _, one in store.page(look)]


def test_a_page_begins_with_deletions_and_goes_on_where_asked(store: PlanStore) -> None:
    """Every change is on exactly one page, in the plan's order within its kind."""
    assert [99, 0, 1] == numbers(store, Filter())[:3]
    assert [29] == numbers(store, Filter(at=30))
    assert 31 == store.count(Filter())


def test_search_finds_values_names_and_keys_without_case_and_accents(store: PlanStore) -> None:
    """Any value before or after, the key, the name."""
    assert [27] == numbers(store, Filter(text="UNEW 27"))
    assert [3] == numbers(store, Filter(text="d3.example"))
    assert 4 == store.count(Filter(text="lost"))
    assert [] == numbers(store, Filter(text="%"))


def test_filters_narrow_together(store: PlanStore) -> None:
    """By kind, by attribute, by what is worth a look, by one pair of values."""
    assert [99] == numbers(store, Filter(kinds=("delete",)))
    assert [99, 26, 27, 28, 29] == numbers(store, Filter(attributes=("name",)))
    assert [26, 27, 28, 29] == numbers(store, Filter(attributes=("stage",), before="lead", after="lost"))
    assert [99] == numbers(store, Filter(signal="deletes"))
    assert {"deletes": 1, "name": 4} == store.signals(Filter())
    assert [("stage", 30), ("name", 5)] == [(one.name, one.count) for one in store.attributes(Filter())]


def test_what_was_and_stays_empty_is_no_change() -> None:
    """A deleted record's empty attributes are listed by no page, so that no filter counts them."""
    deleted = change(1, "delete", name=("Gone", None), team=([], None), note=("", None))
    with PlanStore.create().extend([deleted]) as store:
        assert [("name", 1)] == [(one.name, one.count) for one in store.attributes(Filter())]


def test_the_same_change_on_many_records_is_one_line(store: PlanStore) -> None:
    """The most frequent first; values that stand alone are folded, and the counts still add up."""
    found = [
        (one.attribute, one.before, one.after, one.times, one.is_folded) for one in store.patterns(Filter())
    ]

    assert [
        ("stage", "lead", "customer", 26, False),
        ("stage", "lead", "lost", 4, False),
        ("name", "", "", 4, True),
    ] == found


def test_rows_with_one_reason_are_one_group() -> None:
    """The reason is told once, with how many rows share it; each of them can be listed."""
    refused = [
        Change(kind="rejected", stream="s", target="c", row_number=n, reason=reason, attribute="a")
        for n, reason in enumerate(["x", "y", "x", "x"])
    ]
    with PlanStore.create().extend(refused) as store:
        groups = store.groups("rejected", Filter())

        assert [("x", 3), ("y", 1)] == [(one.reason, one.rows) for one in groups]
        assert [0, 2, 3] == [one.row_number for _, one in store.alike(groups[0].first)]
        assert 0 == store.count(Filter(kinds=("rejected",)))


def test_a_refused_row_is_found_by_its_cell() -> None:
    """A row without a name of its own is called by its number, once."""
    refused = [
        Change(kind="rejected", stream="s", target="c", row_number=n, reason="x", attribute="a", value=cell)
        for n, cell in enumerate(["Gold", None], start=1)
    ]
    with PlanStore.create().extend(refused) as store:
        assert [("row 1: 'Gold'", "row 2")] == [one.names for one in store.groups("rejected", Filter())]
        assert [1] == [one.rows for one in store.groups("rejected", Filter(text="gold"))]


def test_a_plan_in_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    """A change comes back equal to what was put in."""
    one = change(1, tags=(["a"], [{"x": 'quote " and \\'}, None]))
    with PlanStore.create(tmp_path / "plan.duckdb") as made:
        made.extend([one])
    with PlanStore.open(tmp_path / "plan.duckdb") as store:
        assert one == store.change(0)
        assert store.change(1) is None
