"""Gaps in the intake that the relay itself is the reason for."""

import pytest

from attio_relay.store.changes import GapReason, Question
from attio_relay.store.gaps import GapMark
from attio_relay.store.sqlite import SqliteTransaction
from unit_tests.attio_relay.asking import Asked


def marks(reason: GapReason) -> list[GapMark]:
    return [GapMark(route="acme", reason=reason, connections=("crm",), at=1000.0)]


@pytest.mark.parametrize(("pause", "told"), [(3599.0, []), (3601.0, [GapReason.RELAY_DOWN])])
def test_a_long_time_without_a_relay_is_a_gap(relay: Asked, pause: float, told: list[GapReason]) -> None:
    """Attio repeats for days, and gives up in the end: after an hour the readers are asked to scan, once."""
    store = relay.relay.store
    for now in (1000.0, 1000.0 + pause, 1001.0 + pause):
        store.gaps.alive(now, marks, longest=3600.0)
    page = store.feed.read(Question(route="acme", after=0, limit=10))

    assert (told, len(told)) == ([page.gap.reason] if page.gap else [], page.head)
    assert len(told) == store.schedule_store.lines()[0].seen


@pytest.mark.parametrize(
    ("histories", "told"),
    [
        (["7.1", "7.1", "7.2", "7.2"], [None, None, GapReason.STORE_MOVED, None]),
        (["7.1", "8.1", None, "8.1"], [None, GapReason.STORE_MOVED, None, None]),
        ([None, "7.1", "7.1", None], [None] * 4),
    ],
)
def test_a_database_that_took_over_is_a_gap(
    relay: Asked, monkeypatch: pytest.MonkeyPatch, histories: list[str | None], told: list[GapReason | None]
) -> None:
    """It may lack what was acknowledged last, and its positions are given out once more: once, all scan."""
    given = iter(histories)
    monkeypatch.setattr(SqliteTransaction, "history", lambda _: next(given))
    store = relay.relay.store

    assert told == [store.gaps.alive(1000.0 + n, marks, longest=3600.0) for n in range(4)]
    page = store.feed.read(Question(route="acme", after=0, limit=10))
    assert [each for each in told if each] == ([page.gap.reason] if page.gap else [])
    assert page.head == store.schedule_store.lines()[0].seen
