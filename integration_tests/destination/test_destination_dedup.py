"""The last row of a key wins across the whole input, where all of it can be seen before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.destination.lines import configured, counted, record, state
from integration_tests.in_process import MemoryDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Line = dict[str, Any]


@pytest.fixture
def desk(tmp_path: Path) -> MemoryDesk:
    """Two rows fill a batch."""
    return MemoryDesk(tmp_path, batch_rows=2)


def company(domain: str, name: str, **more: Any) -> Line:
    """A row of companies."""
    return {"domains": domain, "name": name, **more}


REPEATED = [
    company("a.example.com", "old"),
    company("b.example.com", "B"),
    company("c.example.com", "C"),
    company("https://A.example.com/", "new"),
    company("d.example.com", "D"),
]


@pytest.mark.parametrize("handed_over", [list, iter], ids=["again and again", "once"])
def test_the_last_row_counts_wherever_the_first_stands(
    desk: MemoryDesk, handed_over: Callable[[list[Line]], Iterable[Line]]
) -> None:
    """A key in two batches is written once; the same file again writes nothing, and a plan says the same."""
    plan = desk.plan(handed_over(REPEATED))
    report = desk.push(handed_over(REPEATED))
    again = desk.push(handed_over(REPEATED))

    assert (4, 1, 5) == (report.counts.create, report.counts.superseded, report.counts.rows)
    assert (0, 4, 1) == (again.counts.written, again.counts.unchanged, again.counts.superseded)
    assert [["B"], ["C"], ["D"], ["new"]] == desk.values("companies", "name")
    assert (plan.counts, "Row 4 has the same key and comes later, with other data.") == (
        report.counts,
        report.superseded[0].reason,
    )


def test_what_is_lost_is_shown_whatever_batch_the_last_row_is_in(desk: MemoryDesk) -> None:
    """Each superseded row has its own values beside those of the row that counts, in a plan and a report."""
    rows = [*REPEATED, company("b.example.com", "B"), company("A.example.com", "newest", description="d")]
    planned = [one for one in desk.plan(rows).changes if one.kind == "superseded"]
    told = [[(each.attribute, each.before, each.after) for each in one.fields] for one in planned]

    assert [
        [("name", "old", "newest"), ("description", None, "d")],
        [],
        [("name", "new", "newest"), ("description", None, "d")],
    ] == told
    assert {(one.row_number, one.fields) for one in planned} == {
        (one.row_number, one.fields) for one in desk.push(rows).superseded
    }


def test_what_is_lost_may_be_a_reference(desk: MemoryDesk) -> None:
    """To a record that Attio holds, and to one that is not known yet."""
    desk.push([company("c.example.com", "C")])
    fields = [
        {"column": "email", "attribute": "email_addresses"},
        {"column": "works_at", "attribute": "company", "reference": "domains"},
    ]
    rows = [
        {"email": f"{name}@example.com", "works_at": domain}
        for name, domain in (("a", "c.example.com"), ("b", "x"), ("c", "x"), ("a", "nowhere.example.com"))
    ]
    planned = [one for one in desk.plan(rows, "people", fields=fields).changes if one.kind == "superseded"]

    (lost,) = planned[0].fields
    assert ("company", ["nowhere.example.com"]) == (lost.attribute, lost.after)
    assert "record_id" in str(lost.before)


def test_a_row_that_cannot_be_read_supersedes_none(desk: MemoryDesk) -> None:
    """A later row of the key that is refused leaves the earlier one in force, as within one batch."""
    rows = [*REPEATED, company("b.example.com", "newer", primary_location="nowhere")]
    report = desk.push(rows)
    desk.more = {"batch_rows": 100}
    again = desk.push(rows)

    assert [["B"], ["C"], ["D"], ["new"]] == desk.values("companies", "name")
    assert (4, 1, 1) == (report.counts.create, report.counts.superseded, report.counts.rejected)
    assert (0, 4, 1, 1) == (
        again.counts.written,
        again.counts.unchanged,
        again.counts.superseded,
        again.counts.rejected,
    )


def test_a_later_deletion_beats_an_earlier_batch(desk: MemoryDesk) -> None:
    """A row that deletes is the last of its key like any other."""
    desk.push(REPEATED)
    rows = [
        company("a.example.com", "x"),
        company("b.example.com", "B"),
        company("a.example.com", "x", gone="yes"),
    ]
    report = desk.push(rows, delete_when="gone")
    again = desk.push(rows, delete_when="gone")

    assert (1, 1, 1) == (report.counts.delete, report.counts.unchanged, report.counts.superseded)
    assert (0, 2, 1) == (again.counts.written, again.counts.unchanged, again.counts.superseded)


def test_entries_of_one_parent_are_one_key_however_it_is_named(desk: MemoryDesk) -> None:
    """Keys that point at records are compared by the records."""
    desk.push([{"domains": ["a.example.com", "a.example.org"]}, company("b.example.com", "B")])
    desk.list_of("sales", "companies")
    desk.attribute("lists/sales", "note", "text")
    fields = [
        {"column": "domain", "attribute": "parent_record", "reference": "domains"},
        {"column": "note", "attribute": "note"},
    ]
    rows = [
        {"domain": "a.example.com", "note": "old"},
        {"domain": "b.example.com", "note": "b"},
        {"domain": "a.example.org", "note": "new"},
    ]
    report = desk.push(rows, "lists/sales", fields=fields)
    again = desk.push(rows, "lists/sales", fields=fields)

    assert (2, 1) == (report.counts.create, report.counts.superseded)
    assert (0, 2, 1) == (again.counts.written, again.counts.unchanged, again.counts.superseded)


def test_on_the_platform_the_last_row_wins_by_being_written_last(desk: MemoryDesk) -> None:
    """Nobody knows there what is to come: both rows are written in turn, and every run ends the same."""
    lines = [record(row) for row in REPEATED] + [state(1)]
    first = desk.write(lines, configured())
    again = desk.write(lines, configured())

    assert [(1, 5, 0)] == counted(first) == counted(again)
    assert [["B"], ["C"], ["D"], ["new"]] == desk.values("companies", "name")
