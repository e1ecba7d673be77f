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
class GapMark:
    """Events of a route before `at` may never have been stored; its connections sync once."""

    route: str
    reason: GapReason
    connections: tuple[str, ...]
    at: float


def mark(transaction: Transaction, gap_mark: GapMark) -> None:
    """Add the gap's marker to the feed, and request a sync of each of its connections."""
    mark_gap(transaction, gap_mark.route, reason=gap_mark.reason, now=gap_mark.at)
    for name in sorted(gap_mark.connections):
        transaction.run(TRIGGER, {"name": name, "now": gap_mark.at})


class Gaps:
    """Marks gaps whose evidence is not part of another commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, gap_mark: GapMark) -> None:
        """Mark one gap."""
        with self._database.transaction() as transaction:
            mark(transaction, gap_mark)

    def alive(self, now: float, gap_marks: Sequence[GapMark], *, longest: float) -> bool:
        """Note that a relay runs; marks the gaps and returns True if none ran for over `longest` seconds."""
        with self._database.transaction() as transaction:
            rows = transaction.rows("SELECT value FROM relay WHERE name = 'alive_at'")
            down = bool(rows) and now - float(rows[0]["value"]) > longest
            for gap_mark in gap_marks if down else ():
                mark(transaction, gap_mark)
            transaction.run(ALIVE, {"now": repr(now)})
        return down
