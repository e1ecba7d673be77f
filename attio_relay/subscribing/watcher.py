"""Checks the relay's webhooks, replaces one that stopped delivering, and marks the gap in the feed.

Attio reports only by e-mail that it stopped delivering, so the relay asks for each webhook's status.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from attio_api.errors import AttioError
from attio_relay.reading import ConfigError
from attio_relay.store.gaps import GapMark, Gaps
from attio_relay.store.sealing import SealError
from attio_relay.subscribing.comparison import POSTING, is_changed
from attio_relay.subscribing.subscription import ACTIVE, Subscriber, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_relay.settings import ConnectionConfig
    from attio_relay.store.changes import GapReason
    from attio_relay.store.secrets import SecretStore
    from attio_relay.store.webhooks import Webhook
    from attio_relay.subscribing.clients import ClientFor

CHANGED = "changed"
"""Somebody changed it at Attio; whether that was meant, only a person can tell."""
TROUBLE = {
    "degraded": "Attio calls its webhook degraded; deliveries fail.",
    CHANGED: "somebody changed its webhook at Attio; run `attio-relay subscribe` again as before.",
}

logger = logging.getLogger(__name__)


class Watcher:
    """Checks the webhooks that the relay made."""

    def __init__(
        self,
        secret_store: SecretStore,
        gaps: Gaps,
        connections: Mapping[str, ConnectionConfig],
        client_for: ClientFor,
        clock: Callable[[], float],
    ) -> None:
        self._secret_store = secret_store
        self._gaps = gaps
        self._connections = connections
        self._client_for = client_for
        self._clock = clock

    def look(self) -> None:
        """Ask Attio for the status of each current webhook; an error at one route ends no other check."""
        self._secret_store.forget_retired(now=self._clock())
        for facts in self._secret_store.webhook_facts():
            if facts.delivers_for_us:
                try:
                    self._look_at(facts.route)
                except (AttioError, ConfigError, SealError) as error:
                    logger.warning("Route %s: its webhook cannot be looked at: %s", facts.route, error)

    def subscriber(self, route: str) -> Subscriber:
        """The subscriber of a route; it knows the connections that must sync after a gap."""
        return Subscriber(self._client_for(route), self._secret_store, self._clock, self._readers(route))

    def gap_mark(self, route: str, reason: GapReason) -> GapMark:
        """A gap in the intake of a route up to now, to be marked by the store."""
        return GapMark(route=route, reason=reason, connections=self._readers(route), at=self._clock())

    def ask_for_scan(self, route: str, reason: GapReason) -> None:
        """Mark a gap in the feed of a route, and request a sync of each of its connections."""
        self._gaps.mark(self.gap_mark(route, reason))

    def _readers(self, route: str) -> tuple[str, ...]:
        return tuple(name for name, each in sorted(self._connections.items()) if each.route == route)

    def _look_at(self, route: str) -> None:
        subscriber = self.subscriber(route)
        subscriber.clear(route)
        current = subscriber.current(route)
        if current is None:
            return
        found = subscriber.present(current.webhook_id)
        status = status_of(found) if found else "missing"
        if found and status in POSTING:
            if status == ACTIVE and is_changed(found, current):
                status = CHANGED
            subscriber.note(current, status)
            if status != ACTIVE:
                logger.error("Route %s: %s", route, TROUBLE[status])
            return
        self._make_anew(subscriber, current, status)

    def _make_anew(self, subscriber: Subscriber, current: Webhook, status: str) -> None:
        logger.error("Route %s: its webhook is %s; making a new one.", current.route, status)
        try:
            subscriber.replace(current.route)
        except AttioError:
            # The gap is marked now, since nothing delivers until a later try succeeds.
            subscriber.note(current, status)
            raise
