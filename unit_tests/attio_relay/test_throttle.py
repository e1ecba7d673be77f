"""How guessing of the admin token is slowed down."""

import pytest

from attio_relay.serving.throttle import GUESSES, MOST_PEERS, SECONDS_A_GUESS, Throttle


def guessed(throttle: Throttle, peer: str | None, times: int = GUESSES) -> None:
    for _ in range(times):
        throttle.wrong(peer)


def test_a_few_guesses_are_free_then_one_in_twelve_seconds() -> None:
    """Five wrong guesses need no wait; the sixth waits twelve seconds, and no longer."""
    now = [1000.0]
    throttle = Throttle(lambda: now[0])
    guessed(throttle, "192.0.2.1", GUESSES - 1)
    free = throttle.wait("192.0.2.1")
    throttle.wrong("192.0.2.1")
    waits = throttle.wait("192.0.2.1")
    now[0] += SECONDS_A_GUESS

    assert (0, 12, 0) == (free, waits, throttle.wait("192.0.2.1"))


@pytest.mark.parametrize(
    ("other", "kept_out"),
    [("192.0.2.2", False), ("2001:db8::1", False), ("192.0.2.1", True)],
)
def test_a_stranger_keeps_nobody_else_out(other: str, kept_out: bool) -> None:
    """Each address has its own count."""
    throttle = Throttle(lambda: 0.0)
    guessed(throttle, "192.0.2.1")

    assert kept_out == bool(throttle.wait(other))


def test_the_addresses_of_one_ipv6_network_count_together() -> None:
    """A stranger with a /64 has one count, not 2**64."""
    throttle = Throttle(lambda: 0.0)
    for number in range(GUESSES):
        throttle.wrong(f"2001:db8::{number:x}")

    assert throttle.wait("2001:db8::ffff")
    assert not throttle.wait("2001:db8:0:1::1")


def test_a_relay_that_listens_on_ipv6_counts_the_addresses_of_ipv4_apart() -> None:
    """There they are written as ::ffff:192.0.2.1, and all of them lie in one /64."""
    throttle = Throttle(lambda: 0.0)
    guessed(throttle, "::ffff:192.0.2.1")

    assert throttle.wait("::ffff:192.0.2.1")
    assert throttle.wait("192.0.2.1")
    assert not throttle.wait("::ffff:192.0.2.2")


def test_no_more_peers_are_remembered_than_fit() -> None:
    """A flood from many addresses takes bounded memory; the oldest is forgotten first."""
    throttle = Throttle(lambda: 0.0)
    guessed(throttle, "192.0.2.1")
    for number in range(MOST_PEERS):
        throttle.wrong(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert not throttle.wait("192.0.2.1")
