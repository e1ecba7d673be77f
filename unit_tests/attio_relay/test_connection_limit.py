"""Who makes room when more peers are connected than may be."""

import logging
from dataclasses import dataclass
from typing import Any

import pytest

from attio_relay.serving.connection_limit import FULL, LOG_EVERY, ConnectionLimit


@dataclass(eq=False)
class Peer:
    """A connection that is dropped when it is told to."""

    waits: bool = True
    app: Any = None
    dropped: bool = False

    def drop(self) -> None:
        self.dropped = True


def crowd(most: int, *peers: Peer) -> ConnectionLimit:
    limit = ConnectionLimit(most)
    for each in peers:
        limit.opened(each, now=0.0)
    return limit


def test_below_the_limit_nobody_makes_room() -> None:
    """As many peers as may be are no crowd, and who has gone counts no more."""
    first, second, third = Peer(), Peer(), Peer()
    limit = crowd(2, first, second)
    limit.closed(second)
    limit.opened(third, now=0.0)

    assert (False, False, None) == (first.dropped, third.dropped, third.app)


def test_who_has_kept_the_relay_waiting_for_longest_makes_room() -> None:
    """One whose request is being answered stays, however old its connection is."""
    answered, oldest, younger, newest = Peer(waits=False), Peer(), Peer(), Peer()
    crowd(3, answered, oldest, younger, newest)

    assert [False, True, False, False] == [each.dropped for each in (answered, oldest, younger, newest)]
    assert newest.app is None


def test_who_was_answered_is_waited_for_from_then_on() -> None:
    """A peer that brings requests stays before one that never brought any."""
    useful, silent = Peer(), Peer()
    limit = crowd(2, useful, silent)
    limit.answered(useful)
    limit.opened(Peer(), now=0.0)
    limit.answered(silent)
    limit.opened(Peer(), now=0.0)

    assert (True, True) == (silent.dropped, useful.dropped)


def test_where_nobody_waits_the_new_peer_is_refused() -> None:
    """It gets 503 for its request, and no request that is being answered is cut off."""
    busy, newest = [Peer(waits=False), Peer(waits=False)], Peer()
    crowd(2, *busy, newest)

    assert FULL is newest.app
    assert [False, False, False] == [each.dropped for each in (*busy, newest)]


def test_a_crowd_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """Strangers that connect by the thousand fill no log."""
    limit = crowd(1, Peer())
    with caplog.at_level(logging.WARNING):
        for now in (0.0, 1.0, LOG_EVERY - 1.0, LOG_EVERY):
            limit.opened(Peer(), now=now)

    assert ["More than 1 peers are connected: those that send nothing make room."] * 2 == caplog.messages
