"""Answers deliveries: verifies the signature, has the delivery stored, and then answers 200.

`hooks` reads requests; `events` reads a delivery's content; `writer` stores it.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from attio_api.webhooks import EVENT_TYPES
from attio_relay.events import GAP, NAME, Envelope, Event, Interest, MalformedError, parse_delivery
from attio_relay.receiving.signatures import Credential, SignatureVerifier, belongs
from attio_relay.receiving.writer import QueueFullError, Writer
from attio_relay.store.changes import GapReason
from attio_relay.store.database import StoreError
from attio_relay.store.deliveries import Delivery
from attio_relay.store.sealing import SealError
from attio_relay.traces import span
from attio_relay.web import BodyError, as_json, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.responses import Response

    from attio_relay.metrics import Metrics
    from attio_relay.settings import ConnectionConfig

STORED = as_json(200, {"status": "stored"})
DUPLICATE = as_json(200, {"status": "known"})
# One answer for a wrong signature and an unknown route, so that a stranger learns nothing about routes.
NOT_OURS = refusal(401, "The signature is not that of a delivery to this route.")
FULL = refusal(503, "Too many deliveries wait for the disk; send it again later.", retry_after="2")
TROUBLE = refusal(503, "The store cannot be written; send it again later.", retry_after="30")
UNREAD = Event(event_type=GAP, facts=GapReason.DEAD_LETTER.value)
UNSIGNED_KEY = "none-"
# The reason for which a body is refused, by the status, and the setting that sets the limit.
LIMITS = {413: ("size", "body_limit"), 408: ("slow", "body_deadline")}
# Seconds between two log lines about refused bodies, which strangers can send as well.
TELL_EVERY = 60.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What the head of one request says, before anything of it is believed."""

    route: str
    idempotency_key: str
    signature: str
    second_factor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A body whose signature is right, with the time when it came in seconds since 1970."""

    body: bytes
    at: float


class Body(Protocol):
    """The body of a request."""

    async def whole(self) -> bytes:
        """Wait for all of it."""
        ...


class Receiver:
    """Answers deliveries."""

    def __init__(
        self,
        connections: Mapping[str, ConnectionConfig],
        verifier: SignatureVerifier,
        writer: Writer,
        metrics: Metrics,
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        self._interests: dict[str, dict[str, Interest]] = {}
        for connection in connections.values():
            self._interests.setdefault(connection.route, {}).update(interests([connection]))
        self._verifier = verifier
        self._writer = writer
        self._metrics = metrics
        self._clock = clock
        self._timer = timer
        self._told = float("-inf")

    async def answer(self, message: Message, body: Body) -> Response:
        """Answer one delivery: 200 once it is stored, 401 when not verified, 503 to have it sent again."""
        began = self._timer()
        with span("receive", route=message.route):
            response = await self._answered(message, await self._whole(message.route, body))
        if response is STORED or response is DUPLICATE:
            self._metrics.acknowledged(self._timer() - began)
        return response

    async def _whole(self, route: str, body: Body) -> bytes:
        """All of the body; raises BodyError, which is counted and, since Attio may have sent it, logged."""
        try:
            return await body.whole()
        except BodyError as error:
            reason, setting = LIMITS[error.status_code]
            self._metrics.count("refused", reason=reason)
            if self._verifier.knows(route) and self._timer() >= self._told + TELL_EVERY:
                self._told = self._timer()
                logger.warning(
                    "Route %s: a message was refused. %s If Attio sent it, raise %s in [server]; Attio sends"
                    " it again for three days.",
                    route,
                    error.detail,
                    setting,
                )
            raise

    async def _answered(self, message: Message, body: bytes) -> Response:
        try:
            credential = await self._verifier.signer(message.route, body, message.signature)
            if credential is None or not self._verifier.second_factor(message.route, message.second_factor):
                self._metrics.count("refused", reason="signature")
                return await self._not_ours(message, body, signed=credential is not None)
            return await self._take(message, Content(body=body, at=self._clock()), credential)
        except StoreError:
            self._metrics.count("refused", reason="store")
            return TROUBLE
        except SealError as error:
            logger.error("Route %s: %s", message.route, error)  # noqa: TRY400 (a missing key needs no stack)
            self._metrics.count("refused", reason="key")
            return TROUBLE

    async def _take(self, message: Message, content: Content, credential: Credential) -> Response:
        delivery = self.delivery(message, content, credential)
        if delivery is None:
            logger.error(
                "Route %s: a signed delivery names another webhook or workspace; refused.", message.route
            )
            self._metrics.count("refused", reason="identity")
            return await self._not_ours(message, content.body, signed=True)
        try:
            fresh = await self._writer.put(delivery)
        except QueueFullError:
            self._metrics.count("refused", reason="queue")
            return FULL
        self._count(delivery, fresh=fresh)
        return STORED if fresh else DUPLICATE

    async def _not_ours(self, message: Message, body: bytes, *, signed: bool) -> Response:
        await self._verifier.refused(message.route, body, message.signature, signed=signed)
        return NOT_OURS

    def delivery(self, message: Message, content: Content, credential: Credential) -> Delivery | None:
        """The delivery to store for a signed message; None when it names another webhook or workspace."""
        interested = self._interests.get(message.route, {})
        try:
            envelope = parse_delivery(content.body)
        except MalformedError as error:
            # Nobody knows what its events are about, so they are a gap for readers and connections alike.
            unread = Envelope(webhook_id=credential.webhook_id or "unknown", events=(UNREAD,))
            everybody = dict.fromkeys(interested, 1)
            found = _delivery(message, content, unread, everybody)
            return replace(found, problem=str(error), body=content.body)
        if not belongs(credential, envelope):
            return None
        return _delivery(message, content, envelope, bumps(interested, envelope))

    def _count(self, delivery: Delivery, *, fresh: bool) -> None:
        if not fresh:
            self._metrics.count("deliveries", outcome="known")
            return
        if delivery.problem:
            self._metrics.count("deliveries", outcome="dead")
            return
        self._metrics.count("deliveries", outcome="stored")
        for event in delivery.events:
            # Unknown event types are counted together, since a label for each could grow without limit.
            known = event.event_type in EVENT_TYPES
            self._metrics.count("events", type=event.event_type if known else "unknown")


def _delivery(message: Message, content: Content, read: Envelope, counts: Mapping[str, int]) -> Delivery:
    """What to store of a message; one without a key is new, since two equal bodies can be two changes."""
    key = message.idempotency_key
    return Delivery(
        route=message.route,
        webhook_id=read.webhook_id,
        idempotency_key=key if NAME.fullmatch(key) else UNSIGNED_KEY + secrets.token_hex(16),
        received_at=content.at,
        events=read.events,
        bumps=counts,
    )


def interests(connections: Iterable[ConnectionConfig]) -> dict[str, Interest]:
    """For each connection, the events that concern it."""
    return {connection.name: connection.interest for connection in connections}


def bumps(interested: Mapping[str, Interest], envelope: Envelope) -> dict[str, int]:
    """For each connection, how many events of a delivery concern it; connections with none are left out."""
    counts = {name: interest.count(envelope.events) for name, interest in interested.items()}
    return {name: count for name, count in counts.items() if count}
