"""Replays the stored changes of a period: readers of the feed get them again, connections sync again.

This helps when a warehouse was restored from an old copy, or when a target lost a sync.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attio_relay.events import Actor, Envelope, Event
from attio_relay.receiving.receive import bumps, interests
from attio_relay.store.deliveries import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_relay.settings import ConnectionConfig
    from attio_relay.store.changes import Change
    from attio_relay.store.store import Store

# Changes in one message, so few that other deliveries wait only briefly.
CHANGES_A_MESSAGE = 500
REPLAYED = "replay"


@dataclass(frozen=True, kw_only=True)
class Period:
    """A period in seconds since 1970, without its end."""

    since: float
    until: float


def moment_of(text: str, name: str) -> float:
    """Read a time such as 2026-11-26T10:00:00Z, UTC by default; raises ValueError with a sentence."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} must be a time such as 2026-11-26T10:00:00Z, not {text!r}.") from None
    return at.replace(tzinfo=at.tzinfo or UTC).timestamp()


def replay(
    store: Store, route: str, connections: Sequence[ConnectionConfig], stretch: Period, *, now: float
) -> int:
    """Store the changes of a period again, as if they had just come; returns the number of changes.

    Changes that come while it runs, such as its own copies, are not replayed.
    """
    end, after, number = store.feed.head(route), 0, 0
    while found := store.feed.between(
        route, stretch.since, stretch.until, after=after, upto=end, limit=CHANGES_A_MESSAGE
    ):
        envelope = Envelope(webhook_id=REPLAYED, events=tuple(map(_event, found)))
        after = found[-1].seq
        message = Delivery(
            route=route,
            webhook_id=REPLAYED,
            idempotency_key=f"{route}-{after}-{now:.6f}",
            received_at=now,
            events=envelope.events,
            bumps=bumps(interests(connections), envelope),
        )
        store.delivery_store.accept([message])
        number += len(found)
    return number


def _event(change: Change) -> Event:
    facts = json.loads(change.facts)
    actor = facts.get("actor")
    return Event(
        event_type=change.event_type,
        object_id=facts.get("object_id"),
        list_id=facts.get("list_id"),
        actor=Actor(**actor) if actor else None,
        facts=change.facts,
    )
