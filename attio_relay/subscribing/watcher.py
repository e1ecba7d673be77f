"""Looks after the webhooks: makes one anew that Attio gave up or somebody deleted, and says what was lost.

Attio tells nobody that it stopped delivering except by e-mail, so the relay asks.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from attio_api.errors import AttioError
from attio_relay.reading import ConfigError
from attio_relay.store.changes import Feed, GapReason
from attio_relay.store.sealing import SealError
from attio_relay.subscribing.subscription import Subscriber

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_relay.settings import ConnectionConfig
    from attio_relay.store.schedule import Ledger
    from attio_relay.store.secrets import Vault, Webhook
    from attio_relay.subscribing.clients import ClientFor

# `degraded` still delivers, and turns inactive after seven days.
DELIVERS = {"active", "degraded"}

logger = logging.getLogger(__name__)


class Watcher:
    """The eye on the webhooks."""

    def __init__(
        self,
        vault: Vault,
        feed: Feed,
        ledger: Ledger,
        connections: Mapping[str, ConnectionConfig],
        client_for: ClientFor,
        clock: Callable[[], float],
    ) -> None:
        self._vault = vault
        self._feed = feed
        self._ledger = ledger
        self._connections = connections
        self._client_for = client_for
        self._clock = clock

    def look(self) -> None:
        """Ask Attio about every webhook that should deliver."""
        self._vault.forget_retired(now=self._clock())
        for facts in self._vault.webhook_facts():
            if facts.not_after is None:
                try:
                    self._look_at(facts.route)
                except (AttioError, ConfigError, SealError) as error:
                    logger.warning("Route %s: its webhook cannot be looked at: %s", facts.route, error)

    def _look_at(self, route: str) -> None:
        subscriber = Subscriber(self._client_for(route), self._vault, self._clock)
        current = subscriber.current(route)
        if current is None:
            return
        found = subscriber.present(current.webhook_id)
        status = str(found.get("status")) if found else "missing"
        self._vault.note_status(current.webhook_id, status=status, now=self._clock())
        if status in DELIVERS:
            if status == "degraded":
                logger.error("Route %s: Attio calls its webhook degraded; deliveries fail.", route)
            return
        self._make_anew(subscriber, current, status)

    def _make_anew(self, subscriber: Subscriber, current: Webhook, status: str) -> None:
        logger.error("Route %s: its webhook is %s; making a new one.", current.route, status)
        subscriber.replace(current.route)
        # Only now: a scan that began before the new webhook delivered could miss a change in between.
        self.ask_for_scan(current.route, GapReason.WEBHOOK_LOST)

    def ask_for_scan(self, route: str, reason: GapReason) -> None:
        """Tell readers of the feed that it has a hole, and start the syncs that will close it."""
        now = self._clock()
        self._feed.mark_gap(route, reason=reason, now=now)
        for connection in self._connections.values():
            if connection.route == route:
                self._ledger.trigger(connection.name, now=now)
