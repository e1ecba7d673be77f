"""Gaps in the intake that the relay itself is the reason for."""

import pytest

from attio_relay.store.changes import GapReason, Question
from attio_relay.store.gaps import GapMark
from unit_tests.attio_relay.asking import Asked


@pytest.mark.parametrize(("pause", "told"), [(3599.0, []), (3601.0, [GapReason.RELAY_DOWN])])
def test_a_long_time_without_a_relay_is_a_gap(relay: Asked, pause: float, told: list[GapReason]) -> None:
    """Attio repeats for days, and gives up in the end: after an hour the readers are asked to scan, once."""
    store = relay.relay.store
    gap_mark = GapMark(route="acme", reason=GapReason.RELAY_DOWN, connections=("crm",), at=1000.0 + pause)
    for now in (1000.0, 1000.0 + pause, 1001.0 + pause):
        store.gaps.alive(now, [gap_mark], longest=3600.0)
    page = store.feed.read(Question(route="acme", after=0, limit=10))

    assert (told, len(told)) == ([page.gap.reason] if page.gap else [], page.head)
    assert len(told) == store.schedule_store.lines()[0].seen
