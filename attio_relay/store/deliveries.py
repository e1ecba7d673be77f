"""Stores each delivery once, in one commit with its changes and its effect on the schedule.

A signed message that cannot be read is stored as a dead letter. `receive` verifies deliveries; `writer`
collects many of them into one commit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_relay.events import Event
    from attio_relay.store.database import Database, Row, Transaction, Value

INSERT_DELIVERY = """
INSERT INTO deliveries (webhook_id, idempotency_key, route, received_at, events, problem, body)
VALUES (:webhook_id, :idempotency_key, :route, :received_at, :events, :problem, :body)
ON CONFLICT (webhook_id, idempotency_key) DO NOTHING
"""
# One counter for each route, locked until the commit. So no position below one that a reader has seen is
# added later, which could happen with a database sequence that replicas share.
ADVANCE_HEAD = """
INSERT INTO heads (route, head, pruned) VALUES (:route, :count, 0)
ON CONFLICT (route) DO UPDATE SET head = heads.head + :count RETURNING head
"""
INSERT_CHANGE = """
INSERT INTO changes (route, seq, at, event_type, object_id, list_id, facts)
VALUES (:route, :seq, :at, :event_type, :object_id, :list_id, :facts)
"""
OLD = """
FROM deliveries WHERE (webhook_id, idempotency_key) IN (
    SELECT webhook_id, idempotency_key FROM deliveries WHERE received_at < :before
    ORDER BY received_at LIMIT :limit
)
"""
WRITE = """
INSERT INTO leases (name, owner, until) VALUES ('ready', 'ready', :now)
ON CONFLICT (name) DO UPDATE SET until = :now
"""
# The tables that a delivery is written to. A statement that writes no row to one shows that it is there, that
# nobody holds it locked, and that the relay may write to it.
TABLES = ("deliveries", "heads", "changes", "connections", "totals")
ADD_UP = "UPDATE totals SET number = number + :more WHERE name = :name"
# A sync that was requested at once (last_at = 0) stays so when an event comes: it need not wait for quiet.
BUMP = """
UPDATE connections SET seen = seen + :count, first_at = COALESCE(first_at, :at),
    last_at = CASE WHEN last_at = 0 THEN 0 ELSE :at END
WHERE name = :name
"""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One verified message to be stored."""

    route: str
    webhook_id: str
    idempotency_key: str
    received_at: float
    events: tuple[Event, ...] = ()
    bumps: Mapping[str, int] = field(default_factory=dict)
    """For each connection, how many of the events concern it."""
    problem: str | None = None
    body: bytes | None = field(default=None, repr=False)
    """The message's body, kept only for dead letters: otherwise the events hold its content."""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A message with a valid signature whose content could not be read."""

    webhook_id: str
    idempotency_key: str
    route: str
    received_at: float
    problem: str
    body: bytes = field(repr=False)


class DeliveryStore:
    """Stores deliveries and lists the dead letters among them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, batch: Sequence[Delivery]) -> list[bool]:
        """Store the new deliveries of a batch, all or none; tells for each delivery whether it was new."""
        # Rows are locked in one order everywhere, so that replicas wait for each other without a deadlock.
        order = sorted(range(len(batch)), key=lambda n: (batch[n].webhook_id, batch[n].idempotency_key))
        fresh = [False] * len(batch)
        with self._database.transaction() as transaction:
            for n in order:
                fresh[n] = transaction.run(INSERT_DELIVERY, _delivery_row(batch[n])) == 1
            stored = [delivery for delivery, new in zip(batch, fresh, strict=True) if new]
            self._keep_changes(transaction, stored)
            self._bump(transaction, stored)
            if stored:
                dead = sum(delivery.problem is not None for delivery in stored)
                add_up(transaction, deliveries=len(stored), dead=dead)
        return fresh

    def prove(self) -> None:
        """Make a test write, whatever the clock says; raises StoreError when no delivery could be stored."""
        with self._database.transaction() as transaction:
            transaction.run(WRITE, {"now": transaction.now()})
            for table in TABLES:
                transaction.run(f"INSERT INTO {table} SELECT * FROM {table} WHERE 1 = 0")  # noqa: S608 (ours)

    def dead_letters(self, *, limit: int) -> list[DeadLetter]:
        """At most `limit` dead letters, newest first."""
        with self._database.reading() as transaction:
            rows = transaction.rows(
                "SELECT webhook_id, idempotency_key, route, received_at, problem, body FROM deliveries"
                " WHERE problem IS NOT NULL ORDER BY received_at DESC LIMIT :limit",
                {"limit": limit},
            )
        return [_dead_letter(row) for row in rows]

    def revive(self, letter: DeadLetter, delivery: Delivery) -> None:
        """Store the events of a dead letter that can be read now; calling it again changes nothing."""
        with self._database.transaction() as transaction:
            revived = transaction.run(
                "UPDATE deliveries SET problem = NULL, body = NULL, events = :events"
                " WHERE problem IS NOT NULL AND webhook_id = :webhook_id AND idempotency_key = :key",
                {
                    "events": len(delivery.events),
                    "webhook_id": letter.webhook_id,
                    "key": letter.idempotency_key,
                },
            )
            if revived:
                self._keep_changes(transaction, [delivery])
                self._bump(transaction, [delivery])
                add_up(transaction, deliveries=0, dead=-1)

    def counts(self) -> Mapping[str, int]:
        """How many messages are stored (`deliveries`), and how many of them are dead letters (`dead`)."""
        with self._database.reading() as transaction:
            rows = transaction.rows("SELECT name, number FROM totals")
        return {row["name"]: int(row["number"]) for row in rows}

    def prune(self, *, before: float, limit: int) -> int:
        """Delete at most `limit` messages received before a moment; returns how many.

        Few are deleted at once, so that writers wait briefly. A repeat of a deleted message would count as
        new.
        """
        facts: dict[str, Value] = {"before": before, "limit": limit}
        # Reading first takes the rows' pages from the disk while no writer waits.
        with self._database.reading() as transaction:
            if not transaction.rows(f"SELECT problem {OLD}", facts):
                return 0
        with self._database.transaction() as transaction:
            gone = transaction.rows(f"DELETE {OLD} RETURNING problem", facts)
            if gone:
                dead = sum(row["problem"] is not None for row in gone)
                add_up(transaction, deliveries=-len(gone), dead=-dead)
        return len(gone)

    @staticmethod
    def _keep_changes(transaction: Transaction, stored: Sequence[Delivery]) -> None:
        by_route: dict[str, list[tuple[float, Event]]] = {}
        for delivery in stored:
            by_route.setdefault(delivery.route, []).extend(
                (delivery.received_at, event) for event in delivery.events
            )
        for route, events in sorted(by_route.items()):
            if events:
                head = transaction.rows(ADVANCE_HEAD, {"route": route, "count": len(events)})[0]["head"]
                first = int(head) - len(events) + 1
                transaction.many(
                    INSERT_CHANGE, [_change_row(route, first + n, *each) for n, each in enumerate(events)]
                )

    @staticmethod
    def _bump(transaction: Transaction, stored: Sequence[Delivery]) -> None:
        counts: Counter[str] = Counter()
        latest: dict[str, float] = {}
        for delivery in stored:
            for name, count in delivery.bumps.items():
                counts[name] += count
                latest[name] = max(latest.get(name, delivery.received_at), delivery.received_at)
        for name in sorted(counts):
            if counts[name]:
                transaction.run(BUMP, {"name": name, "count": counts[name], "at": latest[name]})


def add_up(transaction: Transaction, *, deliveries: int, dead: int) -> None:
    """Add to the stored totals, in the commit that changes the rows, so that rows need not be counted."""
    for name, more in (("dead", dead), ("deliveries", deliveries)):
        if more:
            transaction.run(ADD_UP, {"name": name, "more": more})


def _delivery_row(delivery: Delivery) -> dict[str, str | bytes | int | float | None]:
    return {
        "webhook_id": delivery.webhook_id,
        "idempotency_key": delivery.idempotency_key,
        "route": delivery.route,
        "received_at": delivery.received_at,
        "events": len(delivery.events),
        "problem": delivery.problem,
        "body": delivery.body,
    }


def _change_row(route: str, seq: int, at: float, event: Event) -> dict[str, str | bytes | int | float | None]:
    return {
        "route": route,
        "seq": seq,
        "at": at,
        "event_type": event.event_type,
        "object_id": event.object_id,
        "list_id": event.list_id,
        "facts": event.facts,
    }


def _dead_letter(row: Row) -> DeadLetter:
    return DeadLetter(
        webhook_id=row["webhook_id"],
        idempotency_key=row["idempotency_key"],
        route=row["route"],
        received_at=row["received_at"],
        problem=row["problem"],
        body=bytes(row["body"] or b""),
    )
