"""How webhooks stand that a person made at Attio: their secrets are in the file, and the relay only looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.store.gaps import Hole, mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attio_relay.store.database import Database, Value

NOTE = """
INSERT INTO hand_made_webhooks (route, webhook_id, status, checked_at)
VALUES (:route, :webhook_id, :status, :now)
ON CONFLICT (route) DO UPDATE SET webhook_id = :webhook_id, status = :status, checked_at = :now
"""
# The newest messages alone: a look into all of them would cost more the more there are.
NEWEST = 1000
NAMED = """
SELECT DISTINCT webhook_id FROM (
    SELECT route, webhook_id FROM deliveries ORDER BY received_at DESC LIMIT :newest
) AS newest WHERE route = :route ORDER BY webhook_id
"""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the webhook of a route stands; without an id it could not be found."""

    webhook_id: str
    status: str


class HandMade:
    """The hand-made webhooks in the store, one a route."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, route: str) -> Standing | None:
        """How it stood at the last look."""
        with self._database.reading() as transaction:
            sql = "SELECT webhook_id, status FROM hand_made_webhooks WHERE route = :route"
            rows = transaction.rows(sql, {"route": route})
        return Standing(**rows[0]) if rows else None

    def note(self, route: str, standing: Standing, *, now: float, hole: Hole | None) -> None:
        """Remember how it stands, and the hole that a change of it shows."""
        facts: dict[str, Value] = {"route": route, "now": now}
        facts |= {"webhook_id": standing.webhook_id, "status": standing.status}
        with self._database.transaction() as transaction:
            transaction.run(NOTE, facts)
            if hole is not None:
                mark(transaction, hole)

    def keep_only(self, routes: Iterable[str]) -> None:
        """Forget the webhooks of routes that have none of a person's making any more."""
        kept = set(routes)
        with self._database.transaction() as transaction:
            for row in transaction.rows("SELECT route FROM hand_made_webhooks"):
                if row["route"] not in kept:
                    sql = "DELETE FROM hand_made_webhooks WHERE route = :route"
                    transaction.run(sql, {"route": row["route"]})

    def named_lately(self, route: str) -> list[str]:
        """The webhooks that the newest messages of a route name."""
        with self._database.reading() as transaction:
            rows = transaction.rows(NAMED, {"route": route, "newest": NEWEST})
        return [row["webhook_id"] for row in rows]
