"""The change feed: which ids events named after a position, and whether events may be missing.

`feed_api` answers readers over HTTP; docs/relay-feed.md tells readers what the feed guarantees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING

from attio_relay.events import GAP
from attio_relay.store.deliveries import ADVANCE_HEAD, INSERT_CHANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_relay.store.database import Database, Row, Transaction, Value


BETWEEN = """
SELECT seq, at, event_type, facts FROM changes WHERE route = :route AND seq > :after AND seq <= :upto
AND at >= :since AND at < :until AND event_type <> :gap ORDER BY seq LIMIT :limit
"""


class GapReason(StrEnum):
    """Why events may be missing from what a reader gets."""

    PRUNED = "pruned"
    UNKNOWN_POSITION = "unknown_position"
    OTHER_EPOCH = "other_epoch"
    WEBHOOK_LOST = "webhook_lost"
    WEBHOOK_DOWN = "webhook_down"
    WEBHOOK_DEGRADED = "webhook_degraded"
    RELAY_DOWN = "relay_down"
    STORE_MOVED = "store_moved"
    DEAD_LETTER = "dead_letter"
    REQUESTED = "requested"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request of a reader: a route, a position, and filters by object, list and event type."""

    route: str
    after: int | None
    """Changes after this position are returned; None asks for the route's newest position."""
    limit: int
    epoch: str | None = None
    objects: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Events may be missing after a position; `since` is the gap marker's position or the reader's."""

    reason: GapReason
    since: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """One row of the feed; `facts` is the event's JSON text."""

    seq: int
    at: float
    event_type: str
    facts: str


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """One page of the feed; `after`, `next`, `head` and `oldest` are positions within the route."""

    epoch: str
    after: int
    next: int
    head: int
    oldest: int
    gap: Gap | None
    changes: Sequence[Change]


class Feed:
    """Reads and marks the feed in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, question: Question) -> FeedPage:
        """One page of changes, read from one consistent snapshot of the database."""
        with self._database.reading() as transaction:
            epoch = transaction.rows("SELECT value FROM relay WHERE name = 'epoch'")[0]["value"]
            head, pruned = _bounds(transaction, question.route)
            after = head if question.after is None else question.after
            start = min(max(after, pruned), head)
            gap = _gap(transaction, question, after=after, head=head, pruned=pruned, epoch=epoch)
            rows = _rows(transaction, question, start)
        # A full page ends at its last row; a page that is not full has looked at everything up to the head.
        end = int(rows[-1]["seq"]) if len(rows) == question.limit and rows else head
        return FeedPage(
            epoch=epoch,
            after=after,
            next=end if question.limit else start,
            head=head,
            oldest=pruned + 1,
            gap=gap,
            changes=[Change(**row) for row in rows if row["event_type"] != GAP],
        )

    def between(
        self, route: str, since: float, until: float, *, after: int, upto: int, limit: int
    ) -> list[Change]:
        """Changes that came from `since` to before `until`, ordered by position, without gap markers."""
        facts: dict[str, Value] = {"route": route, "since": since, "until": until, "gap": GAP}
        facts |= {"after": after, "upto": upto, "limit": limit}
        with self._database.reading() as transaction:
            return [Change(**row) for row in transaction.rows(BETWEEN, facts)]

    def mark_gap(self, route: str, *, reason: GapReason, now: float) -> int:
        """Mark that events may be missing before a position; returns that position."""
        with self._database.transaction() as transaction:
            return mark_gap(transaction, route, reason=reason, now=now)

    def head(self, route: str) -> int:
        """The newest position of a route; 0 before its first event."""
        with self._database.reading() as transaction:
            return head_of(transaction, route)

    def prune(self, *, before: float, limit: int) -> int:
        """Delete at most `limit` old changes of each route, so that writers wait briefly."""
        with self._database.reading() as transaction:
            routes = [row["route"] for row in transaction.rows("SELECT route FROM heads ORDER BY route")]
        return sum(self._prune(route, before=before, limit=limit) for route in routes)

    def _prune(self, route: str, *, before: float, limit: int) -> int:
        """Delete the oldest changes of one route, and record the last position deleted."""
        # Reading first takes the rows' pages from the disk while no writer waits. Changes are never edited.
        with self._database.reading() as transaction:
            oldest = transaction.rows(
                "SELECT seq, at FROM changes WHERE route = :route ORDER BY seq LIMIT :limit",
                {"route": route, "limit": limit},
            )
        # Changes are deleted in the order of positions, so no reader misses one between two that it got.
        old = [row["seq"] for row in takewhile(lambda row: row["at"] < before, oldest)]
        if not old:
            return 0
        facts: dict[str, Value] = {"route": route, "last": old[-1]}
        with self._database.transaction() as transaction:
            transaction.run("UPDATE heads SET pruned = :last WHERE route = :route AND pruned < :last", facts)
            return transaction.run("DELETE FROM changes WHERE route = :route AND seq <= :last", facts)


def mark_gap(transaction: Transaction, route: str, *, reason: GapReason, now: float) -> int:
    """Mark that events may be missing before a position; returns that position.

    The caller's transaction also stores the evidence of the gap, so that a crash cannot lose the mark alone.
    """
    head = int(transaction.rows(ADVANCE_HEAD, {"route": route, "count": 1})[0]["head"])
    mark: dict[str, Value] = {"route": route, "seq": head, "at": now, "event_type": GAP}
    mark |= {"facts": reason.value, "object_id": None, "list_id": None}
    transaction.many(INSERT_CHANGE, [mark])
    return head


def head_of(transaction: Transaction, route: str) -> int:
    """The newest position of a route; 0 before its first event or gap marker."""
    return _bounds(transaction, route)[0]


def _bounds(transaction: Transaction, route: str) -> tuple[int, int]:
    rows = transaction.rows("SELECT head, pruned FROM heads WHERE route = :route", {"route": route})
    return (int(rows[0]["head"]), int(rows[0]["pruned"])) if rows else (0, 0)


def _gap(
    transaction: Transaction, question: Question, *, after: int, head: int, pruned: int, epoch: str
) -> Gap | None:
    if question.epoch not in (None, epoch):
        return Gap(reason=GapReason.OTHER_EPOCH, since=0)
    if after > head:
        return Gap(reason=GapReason.UNKNOWN_POSITION, since=after)
    if after < pruned:
        return Gap(reason=GapReason.PRUNED, since=after)
    marks = transaction.rows(
        "SELECT seq, facts FROM changes WHERE route = :route AND seq > :after AND event_type = 'relay.gap'"
        " ORDER BY seq LIMIT 1",
        {"route": question.route, "after": after},
    )
    return Gap(reason=GapReason(marks[0]["facts"]), since=int(marks[0]["seq"])) if marks else None


def _rows(transaction: Transaction, question: Question, start: int) -> list[Row]:
    facts: dict[str, Value] = {"route": question.route, "start": start, "limit": question.limit}
    conditions = ["route = :route", "seq > :start", *_scope(question, facts), *_types(question, facts)]
    sql = (
        "SELECT seq, at, event_type, facts FROM changes"  # noqa: S608 (conditions are ours, values are parameters)
        f" WHERE {' AND '.join(conditions)} ORDER BY seq LIMIT :limit"
    )
    return transaction.rows(sql, facts)


def _scope(question: Question, facts: dict[str, Value]) -> list[str]:
    either: list[str] = []
    for column, ids in (("object_id", question.objects), ("list_id", question.lists)):
        names = {f"{column}_{n}": value for n, value in enumerate(ids)}
        facts |= names
        if names:
            either.append(f"{column} IN ({', '.join(':' + name for name in names)})")
    return [f"({' OR '.join(either)})"] if either else []


def _types(question: Question, facts: dict[str, Value]) -> list[str]:
    either: list[str] = []
    for n, pattern in enumerate(question.events):
        facts[f"event_{n}"] = pattern.removesuffix("*")
        # The prefix is compared by substr, since LIKE gives a meaning to `_`, which event names hold.
        exact = f"event_type = :event_{n}"
        prefix = f"substr(event_type, 1, {len(pattern) - 1}) = :event_{n}"
        either.append(prefix if pattern.endswith("*") else exact)
    return [f"({' OR '.join(either)})"] if either else []
