"""Gaps in the intake: a marker in the feed and a sync, in the commit that stores the evidence of the gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.store.changes import GapReason, mark_gap
from attio_relay.store.schedule import TRIGGER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_relay.store.database import Database, Transaction

ALIVE = """
INSERT INTO relay (name, value) VALUES ('alive_at', :now)
ON CONFLICT (name) DO UPDATE SET value = :now
"""


@dataclass(frozen=True, kw_only=True)
class Hole:
    """Events of a route before `at` may never have been stored; its connections sync once."""

    route: str
    reason: GapReason
    connections: tuple[str, ...]
    at: float


def mark(transaction: Transaction, hole: Hole) -> None:
    """Add the gap's marker to the feed, and request a sync of each of its connections."""
    mark_gap(transaction, hole.route, reason=hole.reason, now=hole.at)
    for name in sorted(hole.connections):
        transaction.run(TRIGGER, {"name": name, "now": hole.at})


class Gaps:
    """Marks gaps whose evidence is not part of another commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, hole: Hole) -> None:
        """Mark one gap."""
        with self._database.transaction() as transaction:
            mark(transaction, hole)

    def alive(self, now: float, holes: Sequence[Hole], *, longest: float) -> bool:
        """Note that a relay runs; marks the gaps and returns True if none ran for over `longest` seconds."""
        with self._database.transaction() as transaction:
            rows = transaction.rows("SELECT value FROM relay WHERE name = 'alive_at'")
            down = bool(rows) and now - float(rows[0]["value"]) > longest
            for hole in holes if down else ():
                mark(transaction, hole)
            transaction.run(ALIVE, {"now": repr(now)})
        return down
