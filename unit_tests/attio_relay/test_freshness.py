"""Until when a connection and its streams are fresh, and what a badge says of it."""

import pytest

from attio_relay.serving.freshness import Freshness, badge, freshness
from attio_relay.store.changes import GapReason
from integration_tests.relay.stores import cover, delivery
from unit_tests.attio_relay.asking import Asked

CAME, NOW = 1_790_000_100.0, 1_790_000_150.0


@pytest.fixture
def waiting(relay: Asked) -> Asked:
    """A relay with a change that no sync covers."""
    relay.relay.store.delivery_store.accept([delivery("k", name="crm", at=CAME)])
    return relay


def fresh(relay: Asked) -> Freshness:
    store = relay.relay.store
    (line,) = store.schedule_store.lines()
    return freshness(relay.relay.config.connections["crm"], line, store.uncovered, now=NOW)


def test_a_connection_is_fresh_until_its_oldest_uncovered_change(waiting: Asked) -> None:
    """Only the stream with the change is behind; when a sync has covered it, all are fresh until now."""
    behind = fresh(waiting)
    cover(waiting.relay.store)
    covered = fresh(waiting)

    assert (CAME, {"object-1": CAME}) == (behind.until, behind.behind)
    assert (NOW, {}) == (covered.until, covered.behind)


def test_a_hole_hides_which_streams_are_behind(waiting: Asked) -> None:
    """What was never stored may have been about any stream."""
    waiting.relay.store.feed.mark_gap("acme", reason=GapReason.WEBHOOK_LOST, now=CAME)

    assert fresh(waiting).behind is None


@pytest.mark.parametrize(("behind", "said"), [(0.0, "fresh"), (60.0, "1 m behind"), (7200.0, "2 h behind")])
def test_a_badge_says_how_far_behind_a_connection_is(behind: float, said: str) -> None:
    """A picture without script or font of somebody else's."""
    picture = badge("<crm>", until=NOW - behind, now=NOW)

    assert f">{said}</text>" in picture
    assert "<crm>" not in picture
