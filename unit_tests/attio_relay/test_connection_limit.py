"""Who makes room when more peers are connected than may be."""

import logging
from dataclasses import dataclass
from typing import Any

import pytest

from attio_relay.serving.connection_limit import FULL, LOG_EVERY, ConnectionLimit


@dataclass(eq=False)
class Peer:
    """A connection that is dropped when it is told to."""

    waiting_since: float
    waits: bool = True
    app: Any = None
    dropped: bool = False

    def drop(self) -> None:
        self.dropped = True


def test_below_the_limit_nobody_makes_room() -> None:
    """As many peers as may be are no crowd."""
    first, second = Peer(1.0), Peer(2.0)
    ConnectionLimit(2).admit(second, {first, second}, now=2.0)

    assert (False, False, None) == (first.dropped, second.dropped, second.app)


def test_who_has_kept_the_relay_waiting_for_longest_makes_room() -> None:
    """One whose request is being answered stays, however old its connection is."""
    answered, oldest, younger, newest = Peer(0.0, waits=False), Peer(1.0), Peer(2.0), Peer(3.0)
    ConnectionLimit(3).admit(newest, {answered, oldest, younger, newest}, now=3.0)

    assert [False, True, False, False] == [each.dropped for each in (answered, oldest, younger, newest)]
    assert newest.app is None


def test_where_nobody_waits_the_new_peer_is_refused() -> None:
    """It gets 503 for its request, and no request that is being answered is cut off."""
    busy, newest = [Peer(0.0, waits=False), Peer(1.0, waits=False)], Peer(2.0)
    ConnectionLimit(2).admit(newest, {*busy, newest}, now=2.0)

    assert FULL is newest.app
    assert [False, False, False] == [each.dropped for each in (*busy, newest)]


def test_a_crowd_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """Strangers that connect by the thousand fill no log."""
    limit, peers = ConnectionLimit(1), {Peer(1.0), Peer(2.0)}
    with caplog.at_level(logging.WARNING):
        for now in (0.0, 1.0, LOG_EVERY - 1.0, LOG_EVERY):
            limit.admit(Peer(3.0), peers, now=now)

    assert ["More than 1 peers are connected: those that send nothing make room."] * 2 == caplog.messages
