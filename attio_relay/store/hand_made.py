"""The status of webhooks that a person made at Attio; their secrets are in the configuration file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.store.gaps import GapMark, mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attio_relay.store.database import Database, Value

NOTE = """
INSERT INTO hand_made_webhooks (route, webhook_id, status, checked_at)
VALUES (:route, :webhook_id, :status, :now)
ON CONFLICT (route) DO UPDATE SET webhook_id = :webhook_id, status = :status, checked_at = :now
"""
# Only the newest messages are searched: searching all of them would take longer the more there are.
NEWEST = 1000
NAMED = """
SELECT DISTINCT webhook_id FROM (
    SELECT route, webhook_id FROM deliveries ORDER BY received_at DESC LIMIT :newest
) AS newest WHERE route = :route ORDER BY webhook_id
"""


@dataclass(frozen=True, kw_only=True)
class WebhookStatus:
    """The status of a route's webhook at the last check; `webhook_id` is empty when it was not found."""

    webhook_id: str
    status: str


class HandMadeWebhooks:
    """The hand-made webhooks in the store, at most one for each route."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, route: str) -> WebhookStatus | None:
        """The route's webhook as the last check found it; None before the first check."""
        with self._database.reading() as transaction:
            sql = "SELECT webhook_id, status FROM hand_made_webhooks WHERE route = :route"
            rows = transaction.rows(sql, {"route": route})
        return WebhookStatus(**rows[0]) if rows else None

    def note(self, route: str, standing: WebhookStatus, *, now: float, gap_mark: GapMark | None) -> None:
        """Store what a check found, and mark the gap that a change of status shows."""
        facts: dict[str, Value] = {"route": route, "now": now}
        facts |= {"webhook_id": standing.webhook_id, "status": standing.status}
        with self._database.transaction() as transaction:
            transaction.run(NOTE, facts)
            if gap_mark is not None:
                mark(transaction, gap_mark)

    def keep_only(self, routes: Iterable[str]) -> None:
        """Delete the rows of all other routes: they have no hand-made webhook any more."""
        kept = set(routes)
        with self._database.transaction() as transaction:
            for row in transaction.rows("SELECT route FROM hand_made_webhooks"):
                if row["route"] not in kept:
                    sql = "DELETE FROM hand_made_webhooks WHERE route = :route"
                    transaction.run(sql, {"route": row["route"]})

    def named_lately(self, route: str) -> list[str]:
        """The ids of the webhooks that sent the route's messages among the newest 1,000 of all routes."""
        with self._database.reading() as transaction:
            rows = transaction.rows(NAMED, {"route": route, "newest": NEWEST})
        return [row["webhook_id"] for row in rows]
