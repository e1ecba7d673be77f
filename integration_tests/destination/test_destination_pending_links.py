"""Records that point at each other: when a link fails, when a run dies, when it is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.storage.journal import JournalError
from integration_tests.in_process import Killed, MemoryDesk
from integration_tests.places import PLACE_FIELDS, links, place, with_places

if TYPE_CHECKING:
    from pathlib import Path

    from destination_attio.model.plan import Report


@pytest.fixture
def desk(tmp_path: Path) -> MemoryDesk:
    """Places that point at places; a handful of rows fill many batches."""
    return with_places(MemoryDesk(tmp_path, batch_rows=2))


TWO = [place(1, 2), place(2, 1, note="two"), place(3, 1)]


def pushed(desk: MemoryDesk, *, is_saved: bool, **settings: Any) -> tuple[Report, dict[int, str | None]]:
    """Two records that point at each other, and one more; the attributes for which rows were rejected."""
    settings = {"fields": PLACE_FIELDS, **settings}
    plan = desk.plan(TWO, "places", **settings)
    report = desk.apply(plan) if is_saved else desk.push(TWO, "places", **settings)
    assert 3 == report.counts.rows
    assert all(one.reason and one.remedy and one.code for one in report.rejected)
    assert len(report.rejected) == report.counts.rejected == len(desk.rejects())
    return report, {one.row_number or 0: one.attribute for one in report.rejected}


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_link_that_attio_refuses_is_its_rows_rejection(desk: MemoryDesk, *, is_saved: bool) -> None:
    """A row that was made and cannot be linked counts as rejected, in a push as in a saved plan."""

    def strike(when: str, number: int) -> None:
        if (when, number) == ("before", 4):
            gone = next(one for one in desk.attio.records("places") if one["values"]["note"])
            desk.attio.api("DELETE", f"/v2/objects/places/records/{gone['id']['record_id']}")

    desk.on_write = strike
    report, lacking = pushed(desk, is_saved=is_saved)

    assert ({1: "near", 2: None}, (), 1) == (lacking, report.dropped, report.counts.create)
    assert {"P1": None, "P3": "P1"} == links(desk)


@pytest.mark.parametrize("is_saved", [False, True])
@pytest.mark.parametrize(
    ("policy", "refused"),
    [("reject", {1: "near", 2: "label"}), ("create_stub", {1: "near", 2: "label"}), ("skip", {2: "label"})],
)
def test_a_link_to_what_was_refused_meets_the_policy(
    desk: MemoryDesk, policy: str, refused: dict[int, str], *, is_saved: bool
) -> None:
    """Where what a record was to point at cannot be written, a saved plan ends as a push does."""
    desk.attribute("objects/places", "label", "text", is_unique=True)
    desk.attio.api("POST", "/v2/objects/places/records", {"data": {"values": {"code": "P9", "label": "two"}}})
    fields = [*PLACE_FIELDS[:2], {"column": "note", "attribute": "label"}]
    report, lacking = pushed(desk, is_saved=is_saved, fields=fields, on_missing_reference=policy)

    assert (refused, ()) == (lacking, report.dropped)
    assert {"P1": None, "P3": "P1", "P9": None} == links(desk)


def test_a_saved_plan_links_by_what_is_not_unique(desk: MemoryDesk) -> None:
    """Records of a plan that point at each other by any attribute are found before they are linked."""
    fields = [PLACE_FIELDS[0], {**PLACE_FIELDS[1], "reference": "note"}, PLACE_FIELDS[2]]
    rows = [{"code": "P1", "note": "one", "near": "two"}, {"code": "P2", "note": "two", "near": "one"}]
    report = desk.apply(desk.plan(rows, "places", fields=fields))

    assert ({"P1": "P2", "P2": "P1"}, 0) == (links(desk), report.counts.rejected)


def test_what_create_has_left_unlinked_is_rejected_until_it_is_updated(desk: MemoryDesk) -> None:
    """Killed before the second pass, `create` touches nothing that exists; `update` sets what is missing."""
    settings = {"fields": PLACE_FIELDS, "match": ["code"]}

    def strike(when: str, number: int) -> None:
        if (when, number) == ("before", 4):
            desk.kill()

    desk.on_write = strike
    with pytest.raises((Killed, JournalError)):
        desk.push(TWO, "places", mode="create", **settings)
    desk.on_write = lambda *_: None
    again = desk.push(TWO, "places", mode="create", **settings)
    left = links(desk)
    updated = desk.push(TWO, "places", mode="update", **settings)

    assert ({"P1": None, "P2": None, "P3": "P1"}, (0, 3)) == (
        left,
        (again.counts.written, again.counts.rejected),
    )
    assert ({"P1": "P2", "P2": "P1", "P3": "P1"}, 2) == (links(desk), updated.counts.update)


@pytest.mark.parametrize("killed_at", range(1, 6))
def test_what_was_killed_between_making_and_linking_can_be_undone(desk: MemoryDesk, killed_at: int) -> None:
    """Records that are there without the pointers of the second pass were made by the run that died."""

    def strike(when: str, number: int) -> None:
        if (when, number) == ("after", killed_at):
            desk.kill()

    desk.on_write = strike
    with pytest.raises((Killed, JournalError)):
        desk.push(TWO, "places", fields=PLACE_FIELDS)
    desk.on_write = lambda *_: None
    left = set(links(desk))
    desk.revert(desk.push(TWO, "places", fields=PLACE_FIELDS))
    between = set(links(desk))
    with desk.session() as session:
        journal: Any = session.journal
        undone = session.revert(journal.runs()[-1].run_id)

    assert (left, {}, 0) == (between, links(desk), len(undone.conflicts))


FOUR = [place(1, 2), place(2, 1), place(3, 1), place(4, 4)]


def test_deleted_records_come_back_with_their_pointers_at_each_other(desk: MemoryDesk) -> None:
    """A revert makes circles again under new ids, in two passes, and can be reverted itself, and so on."""
    desk.more = {}
    desk.push(FOUR, "places", fields=PLACE_FIELDS)
    before = links(desk)
    report = desk.push(FOUR, "places", fields=PLACE_FIELDS, mode="delete")
    for expected in (before, {}, before):
        report = desk.revert(report)

        assert (expected, ()) == (links(desk), report.conflicts)


def test_a_pointer_at_what_does_not_come_back_is_listed(desk: MemoryDesk) -> None:
    """A record that is made again alone comes back without its pointer, which is named."""
    desk.more = {}
    desk.push(FOUR, "places", fields=PLACE_FIELDS)
    third = next(
        one["id"]["record_id"] for one in desk.attio.records("places") if "P3" in str(one["values"]["code"])
    )
    deleted = desk.push(FOUR, "places", fields=PLACE_FIELDS, mode="delete")
    report = desk.revert(deleted, only=[third])

    assert ({"P3": None}, 1) == (links(desk), report.counts.create)
    assert [({"code": "P3"}, "What 'near' pointed at was not made again.")] == [
        (one.key, one.reason) for one in report.conflicts
    ]


@pytest.mark.parametrize("is_deleted_first", [False, True])
def test_a_pointer_is_put_back_at_what_was_made_again(desk: MemoryDesk, *, is_deleted_first: bool) -> None:
    """What a run turned away from a record that it deleted points at it again, under its new id."""
    desk.push(FOUR, "places", fields=PLACE_FIELDS)
    rows = [place(3, 4), place(1, None, gone=True)]
    report = desk.push(
        rows[::-1] if is_deleted_first else rows, "places", fields=PLACE_FIELDS, delete_when="gone"
    )
    undone = desk.revert(report)

    assert ((1, 1), ()) == ((report.counts.update, report.counts.delete), undone.conflicts)
    assert {"P1": "P2", "P2": None, "P3": "P1", "P4": "P4"} == links(desk)
