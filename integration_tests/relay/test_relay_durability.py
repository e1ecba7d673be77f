"""An acknowledged event survives whatever kills the relay: `crash_rounds` in short."""

from integration_tests.relay.crash_rounds import rounds


def test_nothing_acknowledged_is_lost_when_the_process_is_killed() -> None:
    """`kill -9` in the middle of a flood loses no acknowledged delivery."""
    counts = rounds(2, power_cut=False)

    assert 0 == counts.lost
    assert counts.acknowledged


def test_nothing_acknowledged_is_lost_when_the_power_fails() -> None:
    """With only the flushed bytes left, every acknowledged delivery is still there."""
    counts = rounds(2, power_cut=True)

    assert 0 == counts.lost
    assert counts.acknowledged


def test_the_rounds_notice_a_relay_that_answers_too_early() -> None:
    """A relay that answers before it stores loses deliveries, and the rounds see it."""
    assert rounds(12, power_cut=False, fault="early", until_lost=True).lost


def test_the_rounds_notice_a_store_that_does_not_flush() -> None:
    """`synchronous=NORMAL` loses acknowledged deliveries in a power cut, and the rounds see it."""
    assert rounds(6, power_cut=True, fault="normal", until_lost=True).lost
