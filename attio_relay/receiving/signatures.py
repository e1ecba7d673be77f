"""Signatures: which secrets sign for a route, and whether a delivery comes from where it says.

Secrets come from the configuration or from the vault; nothing here knows HTTP.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attio_api.webhooks import verify
from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from attio_relay.events import Envelope
    from attio_relay.settings import RouteConfig
    from attio_relay.store.secrets import Vault
    from attio_relay.store.webhooks import Webhook

# Checked for unknown routes as well, so that an answer takes as long whether the route exists or not.
NOBODY = "0" * 64
logger = logging.getLogger(__name__)

REFRESH = 2.0
LEAST_BETWEEN = 0.05


@dataclass(frozen=True, kw_only=True)
class Credential:
    """One secret, and whose it is as far as that is known."""

    secret: str = field(repr=False)
    webhook_id: str | None
    workspace_id: str | None
    not_after: float | None = None


Known = tuple[float, tuple[Credential, ...]]


class Trust:
    """The secrets of all routes, kept at hand and read anew when they may have changed."""

    def __init__(
        self,
        routes: Mapping[str, RouteConfig],
        vault: Vault,
        clock: Callable[[], float],
        stopwatch: Callable[[], float],
    ) -> None:
        self._routes = routes
        self._vault = vault
        self._clock = clock
        self._stopwatch = stopwatch
        self._known: dict[str, Known] = {}
        self._reading = asyncio.Lock()

    async def signer(self, route: str, body: bytes, signature: str) -> Credential | None:
        """The credential whose secret signed exactly these bytes; none for a forgery or an unknown route."""
        found = _signed_by(await self._fresh(route, REFRESH), body, signature, self._clock())
        if found is None and route in self._routes:
            # Perhaps the webhook was made a moment ago.
            found = _signed_by(await self._fresh(route, LEAST_BETWEEN), body, signature, self._clock())
        return found

    def second_factor(self, route: str, given: str) -> bool:
        """Tell whether the query's secret is right, where one is configured."""
        config = self._routes.get(route)
        if config is None or config.query_secret is None:
            return True
        return hmac.compare_digest(config.query_secret.encode(), given.encode("utf-8", "replace"))

    async def _fresh(self, route: str, longest: float) -> tuple[Credential, ...]:
        """The route's credentials, read no longer than so many seconds ago."""
        if route not in self._routes:
            return ()
        known = self._known.get(route)
        if known is None or self._stopwatch() - known[0] > longest:
            async with self._reading:
                known = self._known.get(route)
                if known is None or self._stopwatch() - known[0] > longest:
                    known = (self._stopwatch(), await self._read_again(route, known))
                    self._known[route] = known
        return known[1]

    async def _read_again(self, route: str, known: Known | None) -> tuple[Credential, ...]:
        """What the store holds now; while it does not answer, what was known goes on being believed."""
        try:
            return await asyncio.to_thread(self._read, self._routes[route])
        except StoreError as error:
            if known is None:
                raise
            logger.warning("Route %s: its secrets cannot be read again: %s", route, error)
            return known[1]

    def _read(self, route: RouteConfig) -> tuple[Credential, ...]:
        configured = (_configured(route, secret) for secret in route.secrets)
        return (*configured, *map(_made_by_us, self._vault.webhooks(route.name)))


def belongs(credential: Credential, envelope: Envelope) -> bool:
    """Tell whether webhook and workspace named in a delivery are those that the secret was given for."""
    webhook_fits = credential.webhook_id in (None, envelope.webhook_id)
    workspaces = {event.workspace_id for event in envelope.events}
    return webhook_fits and (credential.workspace_id is None or workspaces <= {credential.workspace_id})


def _signed_by(
    credentials: Iterable[Credential], body: bytes, signature: str, now: float
) -> Credential | None:
    valid = [each for each in credentials if each.not_after is None or now <= each.not_after]
    nobody = Credential(secret=NOBODY, webhook_id=None, workspace_id=None)
    # All are tried, and one more than there are: neither a hit nor an empty route shows in the time taken.
    hits = [each for each in [*valid, nobody] if verify([each.secret], body, signature)]
    return hits[0] if hits and hits[0] is not nobody else None


def _configured(config: RouteConfig, secret: str) -> Credential:
    return Credential(secret=secret, webhook_id=config.webhook_id, workspace_id=config.workspace_id)


def _made_by_us(webhook: Webhook) -> Credential:
    return Credential(
        secret=webhook.secret,
        webhook_id=webhook.webhook_id,
        workspace_id=webhook.workspace_id,
        not_after=webhook.not_after,
    )
