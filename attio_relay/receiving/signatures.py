"""Checks signatures: which secrets sign for a route, and whether a delivery names the right webhook.

Secrets come from the configuration or from the store. This module does not use HTTP.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attio_api.webhooks import verify
from attio_relay.receiving.refusals import RefusedMessages
from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from attio_relay.events import Envelope
    from attio_relay.settings import RouteConfig
    from attio_relay.store.secrets import SecretStore
    from attio_relay.store.webhooks import Webhook

logger = logging.getLogger(__name__)

REFRESH = 2.0
LEAST_BETWEEN = 0.05
SIGNATURE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Credential:
    """One secret, with its webhook and workspace where they are known, and until when it is accepted."""

    secret: str = field(repr=False)
    webhook_id: str | None
    workspace_id: str | None
    not_after: float | None = None


# Also tried for unknown routes, so that the time of an answer does not tell them apart.
NOBODY = Credential(secret="0" * 64, webhook_id=None, workspace_id=None)
Known = tuple[float, tuple[Credential, ...]]


class SignatureVerifier:
    """The secrets of all routes, cached and read again after REFRESH seconds or when none fits."""

    def __init__(
        self,
        routes: Mapping[str, RouteConfig],
        secret_store: SecretStore,
        note_refused: Callable[[str, float], None],
        clock: Callable[[], float],
        stopwatch: Callable[[], float],
    ) -> None:
        self._routes = routes
        self._secret_store = secret_store
        self._note_refused = note_refused
        self._clock = clock
        self._stopwatch = stopwatch
        self._known: dict[str, Known] = {}
        self._refused = RefusedMessages(clock)
        self._reading = asyncio.Lock()
        # A thread of its own: orders and pages that wait for a neighbour must not hold up deliveries.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="relay-secrets")

    async def signer(self, route: str, body: bytes, signature: str) -> Credential | None:
        """The credential whose secret signed exactly these bytes; None for a forgery or an unknown route."""
        found = _signed_by(await self._fresh(route, REFRESH), body, signature, self._clock())
        if found is None and route in self._routes:
            # The webhook may have been made a moment ago.
            found = _signed_by(await self._fresh(route, LEAST_BETWEEN), body, signature, self._clock())
        return found

    def knows(self, route: str) -> bool:
        """Whether the file has this route."""
        return route in self._routes

    def second_factor(self, route: str, given: str) -> bool:
        """Whether the secret in the query is right; True for a route without one."""
        config = self._routes.get(route)
        if config is None or config.query_secret is None:
            return True
        return hmac.compare_digest(config.query_secret.encode(), given.encode("utf-8", "replace"))

    async def refused(self, route: str, body: bytes, signature: str, *, signed: bool) -> None:
        """Note in the store that several messages were refused that seem to be Attio's; raises StoreError."""
        if route not in self._routes or not (signed or self._seems_attios(route, body, signature)):
            return
        since = self._refused.count(route)
        if since is not None:
            # Not in the thread that reads secrets, since deliveries wait for that one.
            await asyncio.to_thread(self._note_refused, route, since)

    def _seems_attios(self, route: str, body: bytes, signature: str) -> bool:
        """Whether a message looks like one of the route's webhook, whose id strangers do not know."""
        _, credentials = self._known.get(route, (0.0, ()))
        ids = [each.webhook_id for each in credentials if each.not_after is None]
        named = any(each is None or f'"{each}"'.encode() in body for each in ids)
        return named and SIGNATURE.fullmatch(signature) is not None

    async def _fresh(self, route: str, longest: float) -> tuple[Credential, ...]:
        """The route's credentials, read at most `longest` seconds ago."""
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
        """Read the credentials from the store; while it does not answer, those read before stay valid."""
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._reader, self._read, self._routes[route])
        except StoreError as error:
            if known is None:
                raise
            logger.warning("Route %s: its secrets cannot be read again: %s", route, error)
            return known[1]

    def _read(self, route: RouteConfig) -> tuple[Credential, ...]:
        configured = (_configured(route, secret) for secret in route.secrets)
        return (*configured, *map(_made_by_us, self._secret_store.webhooks(route.name)))


def belongs(credential: Credential, envelope: Envelope) -> bool:
    """Whether a delivery names the webhook and the workspace for which the secret was given."""
    webhook_fits = credential.webhook_id in (None, envelope.webhook_id)
    workspaces = {event.workspace_id for event in envelope.events}
    return webhook_fits and (credential.workspace_id is None or workspaces <= {credential.workspace_id})


def _signed_by(
    credentials: Iterable[Credential], body: bytes, signature: str, now: float
) -> Credential | None:
    valid = [each for each in credentials if each.not_after is None or now <= each.not_after]
    # All secrets are tried, and one more: the time shows neither a hit nor a route without secrets.
    hits = [each for each in [*valid, NOBODY] if verify([each.secret], body, signature)]
    return hits[0] if hits and hits[0] is not NOBODY else None


def _configured(config: RouteConfig, secret: str) -> Credential:
    return Credential(secret=secret, webhook_id=config.webhook_id, workspace_id=config.workspace_id)


def _made_by_us(webhook: Webhook) -> Credential:
    return Credential(
        secret=webhook.secret,
        webhook_id=webhook.webhook_id,
        workspace_id=webhook.workspace_id,
        not_after=webhook.not_after,
    )
