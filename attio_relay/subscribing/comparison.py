"""Compares a webhook at Attio with what it was made for, and its status with the one before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from attio_relay.store.changes import GapReason
from attio_relay.subscribing.turns import same_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attio_api.wire import Json, JsonObject
    from attio_relay.store.webhooks import Webhook

# The statuses of a webhook that Attio posts to. A degraded one turns inactive after seven days.
POSTING = {"active", "degraded"}


def comparable(raw: Json) -> Sequence[str]:
    """The subscriptions as sorted text, since Attio may reorder subscriptions and conditions."""
    rows: Iterable[Json] = raw if isinstance(raw, list) else []
    return sorted(_written(row) for row in rows)


def _written(raw: Json) -> str:
    if isinstance(raw, dict):
        return "{" + ",".join(f"{name}:{_written(raw[name])}" for name in sorted(raw)) + "}"
    if isinstance(raw, list):
        return "[" + ",".join(sorted(map(_written, raw))) + "]"
    return repr(raw)


def is_changed(found: JsonObject, made: Webhook) -> bool:
    """Whether a webhook at Attio posts to another address than it was made for, or lacks one of its events.

    Other differences may be Attio's own way to write what was asked for.
    """
    if not same_address(found.get("target_url"), made.target_url):
        return True
    return bool(_event_types(json.loads(made.subscriptions)) - _event_types(found.get("subscriptions")))


def _event_types(raw: Json) -> set[str]:
    rows: Iterable[Json] = raw if isinstance(raw, list) else []
    return {str(row.get("event_type")) for row in rows if isinstance(row, dict)}


def reason_of(before: str, after: str) -> GapReason:
    """The reason of the gap that a change of a webhook's status shows."""
    return GapReason.WEBHOOK_DEGRADED if {before, after} <= POSTING else GapReason.WEBHOOK_LOST
