"""Webhooks, events and carrying, for tests of deliveries."""

from __future__ import annotations

import json
import uuid
from typing import Any

from attio_emulator.hooks.deliveries import SECOND, Deliveries
from attio_emulator.hooks.webhooks import Delivery, DeliveryOptions, Reply, Webhook

LOCAL = "http://127.0.0.1:9/hook"
DAY = 86_400 * SECOND
YES, NO = Reply(status=200), Reply(status=500)


def webhook(number: int = 1, target_url: str = LOCAL) -> Webhook:
    return Webhook(
        webhook_id=str(uuid.UUID(int=number)),
        workspace_id="w",
        target_url=target_url,
        subscriptions=[{"event_type": "task.created", "filter": None}],
        secret="s" * 64,
        created_at="2026-01-01T00:00:00.000000000Z",
    )


def event(number: int = 0) -> dict[str, Any]:
    return {"event_type": "task.created", "id": {"workspace_id": "w", "task_id": str(number)}, "actor": {}}


def book(*webhooks: Webhook, **options: Any) -> Deliveries:
    deliveries = Deliveries(DeliveryOptions(**options))
    deliveries.webhooks.update({one.webhook_id: one for one in webhooks or (webhook(),)})
    return deliveries


def tasks(delivery: Delivery) -> list[str]:
    return [event["id"]["task_id"] for event in json.loads(delivery.body)["events"]]


def carry(deliveries: Deliveries, now: int, answer: Reply = YES, wall: int | None = None) -> list[Delivery]:
    """Take and answer until nothing more may start at this moment."""
    made = []
    while taken := deliveries.take(now, now if wall is None else wall):
        for delivery in taken:
            deliveries.answered(delivery, answer, now)
        made += taken
    return made
