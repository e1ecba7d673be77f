"""Webhooks, deliveries and targets' answers as data, and the signature of a delivery.

When deliveries happen is decided by `deliveries`; which event is wanted by `subscriptions`.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryOptions:
    """How deliveries behave; the defaults are what Attio documents, the rest is trouble on order.

    Retries double from `first_retry_seconds`, so that ten of them take three days, and a target that stays
    degraded for `inactive_after_seconds` is given up. `time_scale` shrinks all of these at once.
    """

    batch_size: int = 1
    batch_seconds: float = 0.05
    duplicates: float = 0.0
    reordering: float = 0.0
    reordering_seconds: float = 0.25
    seed: int = 0
    per_second: int = 25
    in_flight: int = 1
    retries: int = 10
    first_retry_seconds: float = 259_200 / 1_023
    inactive_after_seconds: float = 604_800.0
    time_scale: float = 1.0
    timeout_seconds: float = 5.0
    outside: bool = False


@dataclass(kw_only=True, slots=True)
class Webhook:
    """One webhook: its target, subscriptions and secret, and since when it is degraded."""

    webhook_id: str
    workspace_id: str
    target_url: str
    subscriptions: list[dict[str, Any]]
    secret: str = field(repr=False)
    created_at: str
    degraded_since: int | None = None
    given_up: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A target's answer: its HTTP status, or in `trouble` why there was none."""

    status: int | None = None
    trouble: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether Attio counts the delivery as received: any 2xx."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - the bounds of "success"


@dataclass(kw_only=True, slots=True)
class Delivery:
    """One delivery to one target, with its state and tries."""

    number: int
    webhook_id: str
    target_url: str
    idempotency_key: str
    body: bytes = field(repr=False)
    signature: str
    due: int
    state: str = "pending"
    tries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that Attio documents for a delivery."""
        return {
            "Content-Type": "application/json",
            "Attio-Signature": self.signature,
            "X-Attio-Signature": self.signature,
            "Idempotency-Key": self.idempotency_key,
        }


def sign(secret: str, body: bytes) -> str:
    """The signature by docs.attio.com/rest-api/guides/webhooks: HMAC-SHA256 with the secret, in hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_local(target_url: str) -> bool:
    """Whether a target is on this machine; by default the emulator sends to no other."""
    return urlsplit(target_url).hostname in {"127.0.0.1", "localhost"}
