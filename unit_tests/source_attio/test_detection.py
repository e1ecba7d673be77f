"""What a changed row carries as `_changed_at`."""

import pytest

from source_attio.changes.detection import ChangeDetection
from source_attio.changes.memory import Exact
from source_attio.decode.rows import Key, Row

STARTED = "2026-05-01T10:00:00.000000000Z"
FLOOR = "2026-04-01T10:00:00.000000000Z"


def row(updated_at: str) -> Row:
    return Row(Key(FLOOR, "5d6e0e52-7a43-4c57-9f5b-3a0a3f1f7c02"), updated_at, b"{}", b"12345678")


@pytest.mark.parametrize(
    ("updated_at", "expected"),
    [
        ("2026-04-01T10:00:00.000000001Z", "2026-04-01T10:00:00.000000001Z"),
        ("2026-05-01T12:00:00.000000000Z", "2026-05-01T12:00:00.000000000Z"),
        (FLOOR, STARTED),
        ("2026-03-01T10:00:00.000000000Z", STARTED),
        ("9999-12-31T23:59:59.999999999Z", STARTED),
        ("2026-05-02T10:00:00.000000000Z", STARTED),
    ],
)
def test_a_change_is_newer_than_all_before_and_never_in_the_future(updated_at: str, expected: str) -> None:
    """A time of Attio's that is old, or of a day to come, gives way to the time of the sync."""
    noticing = ChangeDetection(started_at=STARTED, floor=FLOOR)

    assert expected == noticing.changed_at(row(updated_at))
    assert expected == noticing.newest


def test_a_clock_that_was_ahead_does_not_let_changes_go_back() -> None:
    """When everything before was delivered with a later time than now, a change is later still."""
    noticing = ChangeDetection(started_at=FLOOR, floor=STARTED)

    assert "2026-05-01T10:00:00.000001000Z" == noticing.changed_at(row(FLOOR))


def test_deletions_are_counted_once_they_are_noticed() -> None:
    """The count decides which stream keeps its memory; without a deletion nothing is newer than before."""
    noticing = ChangeDetection(started_at=STARTED, floor=FLOOR, memory=Exact())

    noticing.notice_gone([])
    assert (FLOOR, 0) == (noticing.newest, noticing.share.deletes)
    noticing.notice_gone(["one", "two"])
    assert (STARTED, 2) == (noticing.newest, noticing.share.deletes)
