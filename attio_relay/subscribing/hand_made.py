"""Checks the webhooks that a person made: Attio does not tell the relay when it stops delivering to one.

The relay cannot make such a webhook anew, so it marks a gap in the feed and logs an error.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attio_api.errors import AttioError
from attio_relay.reading import ConfigError
from attio_relay.store.changes import GapReason
from attio_relay.store.gaps import GapMark
from attio_relay.store.hand_made import WebhookStatus
from attio_relay.store.sealing import SealError
from attio_relay.subscribing.subscription import id_of, looked_up, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attio_api.client import AttioClient
    from attio_api.wire import JsonObject
    from attio_relay.settings import RelayConfig, RouteConfig
    from attio_relay.store.store import Store
    from attio_relay.subscribing.clients import ClientFor

MISSING = "missing"
UNWATCHED = "unwatched"
"""Attio could not be asked, or its answer does not show which webhook is the route's."""
NONE = "none"
"""There is no webhook: the route has no secret with which a message could be signed."""
UNKNOWN = {UNWATCHED, NONE}
GIVEN_UP = {"inactive", MISSING}
# Where several webhooks post to one address, the one with the best status counts.
BEST = ("active", "degraded", "inactive")

logger = logging.getLogger(__name__)


class HandMadeWatcher:
    """Checks the webhooks that the relay did not make."""

    def __init__(
        self, config: RelayConfig, store: Store, client_for: ClientFor, clock: Callable[[], float]
    ) -> None:
        self._config = config
        self._store = store
        self._client_for = client_for
        self._clock = clock

    def look(self) -> None:
        """Check each route without a webhook made by the relay; an error at one route ends no other check."""
        own = {facts.route for facts in self._store.secret_store.webhook_facts() if facts.delivers_for_us}
        routes = [route for name, route in self._config.routes.items() if name not in own]
        self._store.hand_made.keep_only(route.name for route in routes)
        for route in routes:
            self._look_at(route)

    def _look_at(self, route: RouteConfig) -> None:
        before = self._store.hand_made.known(route.name)
        try:
            found = self._found(route, before) if route.secrets else WebhookStatus(webhook_id="", status=NONE)
        except (AttioError, ConfigError, SealError) as error:
            logger.warning("Route %s: its webhook cannot be looked at: %s", route.name, error)
            if before is not None and before.status not in UNKNOWN:
                # The last known status stays with the time of its check, so that an alert can tell its age.
                return
            found = WebhookStatus(webhook_id="", status=UNWATCHED)
        if found != before:
            _tell(route.name, found.status)
        self._store.hand_made.note(
            route.name, found, now=self._clock(), gap_mark=self._gap_mark(route.name, before, found)
        )

    def _found(self, route: RouteConfig, before: WebhookStatus | None) -> WebhookStatus:
        client = self._client_for(route.name)
        if route.webhook_id:
            return _asked(client, route.webhook_id)
        remembered = before.webhook_id if before else ""
        named = {remembered, *self._store.hand_made.named_lately(route.name)}
        webhooks = client.webhooks()
        chosen = [raw for raw in webhooks if id_of(raw) in named] or self._by_address(route, webhooks)
        if chosen:
            statuses = (WebhookStatus(webhook_id=id_of(raw), status=status_of(raw)) for raw in chosen)
            return min(statuses, key=_rank)
        if remembered:
            return WebhookStatus(webhook_id=remembered, status=MISSING)
        logger.warning("Route %s: which webhook is its own? Set webhook_id in its [[routes]].", route.name)
        return WebhookStatus(webhook_id="", status=UNWATCHED)

    def _by_address(self, route: RouteConfig, webhooks: Sequence[JsonObject]) -> list[JsonObject]:
        """The webhook that posts to the route; none when several addresses end with the route's name."""
        public = self._config.server.public_url
        posting = {
            target: raw
            for raw in webhooks
            if (target := _without_query(raw)).endswith(f"/hooks/{route.name}")
            and target.startswith(public or "http")
        }
        return [*posting.values()] if len(posting) == 1 else []

    def _gap_mark(self, route: str, before: WebhookStatus | None, found: WebhookStatus) -> GapMark | None:
        """The gap that a change of status shows; None if it is unknown, unchanged or active at first."""
        was = before if before and before.status not in UNKNOWN else None
        if found.status in UNKNOWN or (was is None and found.status == "active"):
            return None
        replaced = was is not None and was.webhook_id != found.webhook_id
        if was is not None and was.status == found.status and not replaced:
            return None
        lost = replaced or not GIVEN_UP.isdisjoint({found.status, was.status if was else ""})
        reason = GapReason.WEBHOOK_LOST if lost else GapReason.WEBHOOK_DEGRADED
        readers = (name for name, each in sorted(self._config.connections.items()) if each.route == route)
        return GapMark(route=route, reason=reason, connections=tuple(readers), at=self._clock())


def _tell(route: str, status: str) -> None:
    if status == NONE:
        logger.warning("Route %s has no webhook; `attio-relay subscribe` makes one.", route)
    else:
        level = logging.INFO if status == "active" else logging.ERROR
        logger.log(level, "Route %s: its webhook, made by hand, is %s.", route, status)


def _asked(client: AttioClient, webhook_id: str) -> WebhookStatus:
    found = looked_up(client, webhook_id)
    return WebhookStatus(webhook_id=webhook_id, status=status_of(found) if found else MISSING)


def _without_query(raw: JsonObject) -> str:
    try:
        return urlsplit(str(raw.get("target_url")))._replace(query="", fragment="").geturl()
    except ValueError:
        return ""


def _rank(standing: WebhookStatus) -> tuple[int, str]:
    known = BEST.index(standing.status) if standing.status in BEST else len(BEST)
    return known, standing.webhook_id
