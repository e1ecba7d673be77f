"""Which refused messages count as several in a row."""

from attio_relay.receiving.refusals import APART, IN_A_ROW, RefusedMessages


def told(moments: list[float]) -> list[float | None]:
    """What each of the messages that came at these moments made known."""
    clock = iter(moments)
    refused = RefusedMessages(lambda: next(clock))
    return [refused.count("acme") for _ in moments]


def test_several_in_a_row_are_told_since_the_first_of_the_newest() -> None:
    """What came long before has no part in it."""
    moments = [APART * n for n in range(IN_A_ROW + 1)]

    assert [None] * (IN_A_ROW - 1) + moments[:2] == told(moments)


def test_a_burst_counts_once() -> None:
    """However many messages come at once, few are noted; a clock that was set back stops none."""
    burst = [100.0 + APART * n / 1000 for n in range(999)]

    assert [None] * 999 == told(burst)
    assert 100.0 == told([100.0, 100.0 - 10 * APART, 100.0])[-1]


def test_each_route_counts_for_itself() -> None:
    """Messages of one route say nothing of another one's secret."""
    clock = iter(APART * n for n in range(IN_A_ROW))
    refused = RefusedMessages(lambda: next(clock))

    assert [None] * IN_A_ROW == [refused.count(f"route-{n}") for n in range(IN_A_ROW)]
