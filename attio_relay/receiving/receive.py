"""`POST /hooks/{route}`: verifies a delivery's signature, stores the delivery, and then answers 200.

`writer` stores it; `events` reads its content.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_api.webhooks import EVENT_TYPES
from attio_relay.events import NAME, Envelope, MalformedError, parse_delivery
from attio_relay.receiving.signatures import Credential, Trust, belongs
from attio_relay.receiving.writer import QueueFullError, Writer
from attio_relay.store.database import StoreError
from attio_relay.store.deliveries import Delivery
from attio_relay.store.sealing import SealError
from attio_relay.traces import span
from attio_relay.web import as_json, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from attio_relay.metrics import Metrics
    from attio_relay.settings import ConnectionConfig

STORED = as_json(200, {"status": "stored"})
DUPLICATE = as_json(200, {"status": "known"})
# One answer for a wrong signature and an unknown route, so that a stranger learns nothing about routes.
NOT_BELIEVED = refusal(401, "The signature does not fit this address.")
FULL = refusal(503, "Too much at once; please come back.", retry_after="2")
TROUBLE = refusal(503, "The store cannot be written; please come back.", retry_after="30")
UNSIGNED_KEY = "none-"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One request as received; `at` is seconds since 1970."""

    route: str
    body: bytes
    idempotency_key: str
    at: float


class Receiver:
    """Answers deliveries."""

    def __init__(
        self,
        connections: Mapping[str, ConnectionConfig],
        trust: Trust,
        writer: Writer,
        metrics: Metrics,
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        self._by_route: dict[str, list[ConnectionConfig]] = {}
        for connection in connections.values():
            self._by_route.setdefault(connection.route, []).append(connection)
        self._trust = trust
        self._writer = writer
        self._metrics = metrics
        self._clock = clock
        self._timer = timer

    async def answer(self, request: Request) -> Response:
        """Answer one delivery: 200 once it is stored, 401 when not verified, 503 to have it sent again."""
        began = self._timer()
        with span("receive", route=request.path_params["route"]):
            response = await self._answered(request)
        if response in (STORED, DUPLICATE):
            self._metrics.acknowledged(self._timer() - began)
        return response

    async def _answered(self, request: Request) -> Response:
        body = await request.body()
        route = request.path_params["route"]
        headers = request.headers
        signature = headers.get("attio-signature") or headers.get("x-attio-signature") or ""
        try:
            credential = await self._trust.signer(route, body, signature)
            second = request.query_params.get("secret", "")
            if credential is None or not self._trust.second_factor(route, second):
                self._metrics.count("refused", reason="signature")
                return NOT_BELIEVED
            key = headers.get("idempotency-key", "")
            return await self._take(
                Message(route=route, body=body, idempotency_key=key, at=self._clock()), credential
            )
        except StoreError:
            self._metrics.count("refused", reason="store")
            return TROUBLE
        except SealError as error:
            logger.error("Route %s: %s", route, error)  # noqa: TRY400 (a missing key needs no stack)
            self._metrics.count("refused", reason="key")
            return TROUBLE

    async def _take(self, message: Message, credential: Credential) -> Response:
        delivery = self.delivery(message, credential)
        if delivery is None:
            logger.error(
                "Route %s: a signed delivery names another webhook or workspace; refused.", message.route
            )
            self._metrics.count("refused", reason="identity")
            return NOT_BELIEVED
        try:
            fresh = await self._writer.put(delivery)
        except QueueFullError:
            self._metrics.count("refused", reason="queue")
            return FULL
        self._count(delivery, fresh=fresh)
        return STORED if fresh else DUPLICATE

    def delivery(self, message: Message, credential: Credential) -> Delivery | None:
        """The delivery to store for a signed message; None when it names another webhook or workspace."""
        key = message.idempotency_key
        # A message without a key counts as new, since two equal bodies can be two real changes.
        key = key if NAME.fullmatch(key) else UNSIGNED_KEY + secrets.token_hex(16)
        try:
            envelope = parse_delivery(message.body)
        except MalformedError as error:
            return Delivery(
                route=message.route,
                webhook_id=credential.webhook_id or "unknown",
                idempotency_key=key,
                received_at=message.at,
                problem=str(error),
                body=message.body,
            )
        if not belongs(credential, envelope):
            return None
        return Delivery(
            route=message.route,
            webhook_id=envelope.webhook_id,
            idempotency_key=key,
            received_at=message.at,
            events=envelope.events,
            bumps=bumps(self._by_route.get(message.route, ()), envelope),
        )

    def _count(self, delivery: Delivery, *, fresh: bool) -> None:
        if not fresh:
            self._metrics.count("deliveries", outcome="known")
            return
        self._metrics.count("deliveries", outcome="dead" if delivery.problem else "stored")
        for event in delivery.events:
            # Unknown event types are counted together, since a label for each could grow without limit.
            known = event.event_type in EVENT_TYPES
            self._metrics.count("events", type=event.event_type if known else "unknown")


def bumps(connections: Sequence[ConnectionConfig], envelope: Envelope) -> dict[str, int]:
    """For each connection, how many events of a delivery concern it; connections with none are left out."""
    counts = {connection.name: connection.interest.count(envelope.events) for connection in connections}
    return {name: count for name, count in counts.items() if count}
