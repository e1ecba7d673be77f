"""Deferred rows of one stream: they point at records of later batches of the same run, or in circles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.storage.rejects import read_rejects
from integration_tests.in_process import MemoryDesk
from integration_tests.places import PLACE_FIELDS, Line, links, place, with_places

if TYPE_CHECKING:
    from pathlib import Path

    from destination_attio.model.plan import Report


@pytest.fixture
def desk(tmp_path: Path) -> MemoryDesk:
    """Places that point at places; a handful of rows fill many batches."""
    return with_places(MemoryDesk(tmp_path, batch_rows=2))


TREES = {
    "a chain in reverse order": [place(one, one - 1 or None) for one in range(9, 0, -1)],
    "a chain": [place(one, one - 1 or None) for one in range(1, 10)],
    "a long chain, the end first": [place(one, one - 1 or None) for one in range(40, 0, -1)],
    "a tree in reverse order": [place(one, one // 2 or None) for one in range(70, 0, -1)],
    "a circle": [place(one, one % 9 + 1) for one in range(1, 10)],
    "a record near itself": [place(1, 1), place(2, 1), place(3, 2)],
    "two circles and what hangs on them": [
        place(1, 3),
        place(2, 1),
        place(3, 2),
        place(4, 4),
        place(5, 6),
        place(6, 4),
    ],
}


@pytest.mark.parametrize("rows", TREES.values(), ids=TREES)
def test_records_of_later_batches_are_waited_for(desk: MemoryDesk, rows: list[Line]) -> None:
    """Whatever the order, every row is written with its pointer; plan and push agree; again costs nothing."""
    plan = desk.plan(rows, "places", fields=PLACE_FIELDS)
    report = desk.push(rows, "places", fields=PLACE_FIELDS)
    again = desk.push(rows, "places", fields=PLACE_FIELDS)

    assert {one["code"]: one["near"] for one in rows} == links(desk)
    assert (len(rows), plan.counts) == (report.counts.create, report.counts)
    assert (0, len(rows)) == (again.counts.written, again.counts.unchanged)


@pytest.mark.parametrize("rows", TREES.values(), ids=TREES)
def test_a_saved_plan_links_across_batches(desk: MemoryDesk, rows: list[Line]) -> None:
    """A plan shows records that are made with their pointers, and applying it makes and links them."""
    plan = desk.plan(rows, "places", fields=PLACE_FIELDS)
    report = desk.apply(plan)
    again = desk.plan(rows, "places", fields=PLACE_FIELDS)

    assert {"create"} == {one.kind for one in plan.changes}
    assert {one["code"]: one["near"] for one in rows} == links(desk)
    assert ((), (), len(rows)) == (again.actions, report.dropped, report.counts.create)


def test_a_tree_costs_one_write_a_record(desk: MemoryDesk) -> None:
    """Only circles take a second write: otherwise records are made after what they point at."""
    desk.attio.clear_calls()
    desk.push(TREES["a tree in reverse order"], "places", fields=PLACE_FIELDS)

    assert 70 == desk.writes()


@pytest.mark.parametrize(
    ("policy", "codes"),
    [("reject", ["P4"]), ("skip", ["P1", "P2", "P3", "P4"]), ("create_stub", ["P1", "P2", "P3", "P4", "P9"])],
)
def test_what_never_comes_is_decided_at_the_end(desk: MemoryDesk, policy: str, codes: list[str]) -> None:
    """A row whose record does not come meets the policy, and so do rows that hang on it."""
    rows = [place(1, 2), place(2, 3), place(3, 9), place(4, None)]
    settings = {"fields": PLACE_FIELDS, "on_missing_reference": policy}
    plan = desk.plan(rows, "places", **settings)
    report = desk.push(rows, "places", **settings)
    again = desk.push(rows, "places", **settings)

    assert [[one] for one in codes] == desk.values("places", "code")
    assert {"P1": "P2", "P2": "P3"}.items() <= links(desk).items() or policy == "reject"
    assert (plan.counts.rejected, 4) == (report.counts.rejected, report.counts.rows)
    assert (0, 3 if policy == "reject" else 0) == (again.counts.written, again.counts.rejected)


def test_a_circle_is_linked_although_something_else_is_missing(desk: MemoryDesk) -> None:
    """With `skip`, what never comes is left out of a list whose other records are linked afterwards."""
    around = {"record_reference": {"allowed_objects": ["places"]}}
    desk.attribute("objects/places", "around", "record-reference", is_multiselect=True, config=around)
    fields = [PLACE_FIELDS[0], {"column": "around", "attribute": "around", "reference": "code"}]
    rows = [{"code": "P1", "around": ["P2", "P9"]}, {"code": "P2", "around": "P1"}]
    settings = {"fields": fields, "on_missing_reference": "skip"}
    plan = desk.plan(rows, "places", **settings)
    report = desk.push(rows, "places", **settings)
    again = desk.push(rows, "places", **settings)

    assert (2, plan.counts) == (report.counts.create, report.counts)
    assert [1, 1] == [len(one["values"]["around"]) for one in desk.attio.records("places")]
    assert 2 == again.counts.unchanged


def test_a_refused_row_takes_down_what_hangs_on_it_before_it_is_written(desk: MemoryDesk) -> None:
    """In a circle with a row that cannot be written nothing is written, in plan and push alike."""
    fields = [*PLACE_FIELDS, {"column": "at", "attribute": "opened"}]
    desk.attribute("objects/places", "opened", "date")
    rows = [place(1, 2), place(2, 3), place(3, 1, at="no date"), place(4, 4)]
    plan = desk.plan(rows, "places", fields=fields)
    report = desk.push(rows, "places", fields=fields)

    assert (1, 3) == (report.counts.create, report.counts.rejected)
    assert (plan.counts, {"P4": "P4"}) == (report.counts, links(desk))


def test_a_later_row_of_the_key_supersedes_the_one_that_waits(desk: MemoryDesk) -> None:
    """The last row of a key wins although an earlier one is decided after it."""
    rows = [
        place(1, 9, note="old"),
        place(2, None),
        place(3, None),
        place(1, None, note="new"),
        place(9, None),
    ]
    report = desk.push(rows, "places", fields=PLACE_FIELDS)

    assert (4, 1, 5) == (report.counts.create, report.counts.superseded, report.counts.rows)
    assert None is links(desk)["P1"]
    assert [["new"]] == [one for one in desk.values("places", "note") if one]


def test_a_row_that_waits_may_be_deleted_by_a_later_one(desk: MemoryDesk) -> None:
    """`delete_when` in a later row beats what the earlier row wanted."""
    desk.push([place(1, None)], "places", fields=PLACE_FIELDS)
    rows = [place(1, 9), place(2, None), place(1, None, gone=True), place(9, None)]
    report = desk.push(rows, "places", fields=PLACE_FIELDS, delete_when="gone")

    assert {"P2": None, "P9": None} == links(desk)
    assert (1, 1) == (report.counts.delete, report.counts.superseded)


def test_a_mirror_has_seen_rows_that_waited(desk: MemoryDesk) -> None:
    """A record whose row waited, or was refused in the end, is in the source and is not deleted."""
    desk.push([place(1, None), place(2, None), place(3, None)], "places", fields=PLACE_FIELDS)
    rows = [place(1, 7), place(2, 8), place(4, None), place(7, None)]
    mirror = {"mode": "mirror", "max_delete_percent": 100, "fields": PLACE_FIELDS}
    plan = desk.plan(rows, "places", **mirror)
    report = desk.push(rows, "places", **mirror)

    assert {"P1": "P7", "P2": None, "P4": None, "P7": None} == links(desk)
    assert (1, 1, 1, 4) == (
        report.counts.mirrored,
        report.counts.delete,
        report.counts.rejected,
        report.counts.rows,
    )
    assert plan.counts == report.counts


def test_a_mirror_spares_what_its_rows_point_at(desk: MemoryDesk) -> None:
    """A record that is not in the source, but that a row points at beside one that is yet to come, stays."""
    around = {"record_reference": {"allowed_objects": ["places"]}}
    desk.attribute("objects/places", "around", "record-reference", is_multiselect=True, config=around)
    fields = [PLACE_FIELDS[0], {"column": "around", "attribute": "around", "reference": "code"}]
    desk.push([{"code": "P1"}, {"code": "P9"}], "places", fields=fields)
    rows = [{"code": "P2"}, {"code": "P3", "around": ["P2", "P1"]}, {"code": "P4"}]
    mirror = {"mode": "mirror", "max_delete_percent": 100, "fields": fields}
    plan = desk.plan(rows, "places", **mirror)
    report = desk.push(rows, "places", **mirror)

    assert (1, plan.counts) == (report.counts.mirrored, report.counts)
    assert [["P1"], ["P2"], ["P3"], ["P4"]] == desk.values("places", "code")


def test_a_mirror_spares_what_its_rejected_rows_point_at(desk: MemoryDesk) -> None:
    """A row with a wrong value names its own record, by a pointer if need be, and those it points at."""
    desk.attribute("objects/places", "opened", "date")
    fields = [{"column": "at", "attribute": "opened"}, *PLACE_FIELDS]
    desk.push(
        [place(one, near) for one, near in ((1, None), (2, 1), (3, None), (4, 3))], "places", fields=fields
    )
    mirror: dict[str, Any] = {"mode": "mirror", "max_delete_percent": 100, "fields": fields}
    by_code = desk.push([place(2, 1, at="no date"), place(4, 3)], "places", **mirror)
    left = desk.values("places", "code")
    by_pointer = desk.push([place(4, 3, at="no date")], "places", match=["near"], **mirror)

    assert ((1, 0), [["P1"], ["P2"], ["P3"], ["P4"]]) == (fates(by_code), left)
    assert ((1, 2), [["P3"], ["P4"]]) == (fates(by_pointer), desk.values("places", "code"))


def fates(report: Report) -> tuple[int, int]:
    """How many rows were rejected and how many records a mirror took away."""
    return report.counts.rejected, report.counts.mirrored


def test_rows_that_wait_are_not_rejected_yet(desk: MemoryDesk) -> None:
    """`max_rejected_percent` counts what was decided, so rows that wait cannot stop a run."""
    rows = [place(one, one + 1) for one in range(1, 300)] + [place(300, None)]
    desk.more = {"batch_rows": 20, "max_rejected_percent": 0}

    assert 300 == desk.push(rows, "places", fields=PLACE_FIELDS).counts.create


def test_a_pointer_that_is_appended_keeps_what_is_there(desk: MemoryDesk) -> None:
    """Merge rules hold for records that come later too."""
    link = {"record_reference": {"allowed_objects": ["places"]}}
    desk.attribute("objects/places", "around", "record-reference", is_multiselect=True, config=link)
    fields = [
        PLACE_FIELDS[0],
        {"column": "around", "attribute": "around", "reference": "code", "merge": "append"},
    ]
    desk.push([{"code": "P1"}, {"code": "P2", "around": ["P1"]}], "places", fields=fields)
    rows = [{"code": "P2", "around": ["P3"]}, {"code": "P4"}, {"code": "P3", "around": ["P2", "P4"]}]
    planned = MemoryDesk(desk.folder, batch_rows=2)
    planned.attio.load(desk.attio.dump())
    planned.apply(planned.plan(rows, "places", fields=fields))
    desk.push(rows, "places", fields=fields)

    assert [0, 0, 2, 2] == sorted(len(one["values"]["around"]) for one in desk.attio.records("places"))
    assert desk.values("places", "around") == planned.values("places", "around")


def test_rows_put_aside_reach_the_rejects_file_as_they_came(desk: MemoryDesk) -> None:
    """A row that waited in vain is kept with everything it came with."""
    desk.push([place(1, 9, extra={"a": [1]}), place(2, None), place(3, None)], "places", fields=PLACE_FIELDS)

    assert [place(1, 9, extra={"a": [1]})] == [row for _, row in read_rejects(desk.folder / "rejects.jsonl")]
