"""Gaps in the intake: a marker in the feed and a sync, in the commit that stores the evidence of the gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.store.changes import GapReason, mark_gap
from attio_relay.store.schedule import NOTE, TRIGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from attio_relay.store.database import Database, Transaction

    GapMarks = Callable[[GapReason], Iterable["GapMark"]]

ALIVE_AT, HISTORY = "alive_at", "history"
KNOWN = "SELECT name, value FROM relay WHERE name IN (:alive_at, :history)"


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

    def alive(self, now: float, gap_marks: GapMarks, *, longest: float) -> GapReason | None:
        """Note that a relay runs; marks gaps and returns their reason if events may have been lost.

        They may when none ran for over `longest` seconds, or when another database took over, which may lack
        what was stored last.
        """
        names = {"alive_at": ALIVE_AT, "history": HISTORY}
        with self._database.transaction() as transaction:
            known = {row["name"]: row["value"] for row in transaction.rows(KNOWN, names)}
            transaction.run(NOTE, {"name": ALIVE_AT, "value": repr(now)})
            history = transaction.history()
            if history is not None:
                transaction.run(NOTE, {"name": HISTORY, "value": history})
            reason = _reason(known, history, now=now, longest=longest)
            for gap_mark in gap_marks(reason) if reason else ():
                mark(transaction, gap_mark)
        return reason


def _reason(known: Mapping[str, str], history: str | None, *, now: float, longest: float) -> GapReason | None:
    if ALIVE_AT in known and now - float(known[ALIVE_AT]) > longest:
        return GapReason.RELAY_DOWN
    if history is not None and known.get(HISTORY, history) != history:
        return GapReason.STORE_MOVED
    return None
