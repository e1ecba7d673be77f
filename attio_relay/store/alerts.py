"""Alerts and how long routes are usually silent; replicas share both through the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attio_relay.store.database import Database, Row, Transaction, Value

BEGIN = """
INSERT INTO alerts (name, subject, sentence, since) VALUES (:name, :subject, :sentence, :since)
ON CONFLICT (name, subject) DO UPDATE SET sentence = excluded.sentence, ended_at = NULL
"""
LAST_EVENT = """
SELECT at FROM changes WHERE route = :route AND event_type <> 'relay.gap' ORDER BY seq DESC LIMIT 1
"""
LAST_GAP = """
SELECT at FROM changes WHERE route = :route AND event_type = 'relay.gap' ORDER BY seq DESC LIMIT 1
"""
NOTE_SILENCE = """
INSERT INTO silences (route, last_at, longest, longest_at) VALUES (:route, :last, :longest, :longest_at)
ON CONFLICT (route) DO UPDATE SET last_at = excluded.last_at, longest = excluded.longest,
longest_at = excluded.longest_at
"""
# The first note stays until `refused` finds it outdated: a later one must not make the alert begin anew.
NOTE_REFUSED = """
INSERT INTO relay (name, value) VALUES (:name, :since) ON CONFLICT (name) DO NOTHING
"""
# Seconds after which a longest silence is forgotten, so that one over a holiday does not count for ever.
SILENCE_REMEMBERED = 14 * 86400.0


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A state that holds at present and that a person must be told of."""

    name: str
    """The rule that found it, such as `uncovered`; docs/relay.md lists them."""
    subject: str
    """The connection, route or thing that the condition concerns."""
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A condition with when it began and ended (seconds since 1970), and whether a person was told."""

    name: str
    subject: str
    sentence: str
    since: float
    told: bool
    """Whether the message about its beginning was sent."""
    ended_at: float | None


@dataclass(frozen=True, kw_only=True)
class Silence:
    """When a route's last event came (seconds since 1970), and its longest recent pause in seconds."""

    last_at: float
    longest: float


class Alerts:
    """The alerts that are open, or whose end has still to be sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def update(self, conditions: Iterable[Condition], *, now: float) -> Sequence[Alert]:
        """Open an alert for each new condition, end those that no longer hold; returns all stored alerts."""
        held = {(each.name, each.subject): each for each in conditions}
        with self._database.transaction() as transaction:
            known = _rows(transaction)
            for each in held.values():
                values: dict[str, Value] = {
                    "name": each.name,
                    "subject": each.subject,
                    "sentence": each.sentence,
                }
                transaction.run(BEGIN, values | {"since": now})
            for alert in known:
                if (alert.name, alert.subject) not in held and alert.ended_at is None:
                    transaction.run(
                        "UPDATE alerts SET ended_at = :now WHERE name = :name AND subject = :subject",
                        {"now": now, "name": alert.name, "subject": alert.subject},
                    )
            return _rows(transaction)

    def told(self, alert: Alert) -> None:
        """Note that the message about the alert's beginning was sent."""
        self._run("UPDATE alerts SET told = 1 WHERE name = :name AND subject = :subject", alert)

    def close(self, alert: Alert) -> None:
        """Delete an alert after its end was sent, unless it has begun again meanwhile."""
        self._run(
            "DELETE FROM alerts WHERE name = :name AND subject = :subject AND ended_at IS NOT NULL", alert
        )

    def open(self) -> Sequence[Alert]:
        """The alerts whose condition holds at present."""
        with self._database.reading() as transaction:
            return [alert for alert in _rows(transaction) if alert.ended_at is None]

    def last_gap(self, route: str) -> float | None:
        """When the route's newest gap was marked, in seconds since 1970; None without a gap."""
        with self._database.reading() as transaction:
            return _at(transaction.rows(LAST_GAP, {"route": route}))

    def last_event(self, route: str) -> float | None:
        """When the route's newest event was stored, in seconds since 1970; None before the first event."""
        with self._database.reading() as transaction:
            return _at(transaction.rows(LAST_EVENT, {"route": route}))

    def silence(self, route: str, *, now: float) -> Silence | None:
        """Update and return the route's longest pause, from its newest event; None before the first event."""
        with self._database.transaction() as transaction:
            newest = _at(transaction.rows(LAST_EVENT, {"route": route}))
            if newest is None:
                return None
            rows = transaction.rows("SELECT * FROM silences WHERE route = :route", {"route": route})
            last, longest, longest_at = _usual(rows, newest, now=now)
            values: dict[str, Value] = {
                "route": route,
                "last": newest,
                "longest": longest,
                "longest_at": longest_at,
            }
            transaction.run(NOTE_SILENCE, values)
        return Silence(last_at=last, longest=longest)

    def note_refused(self, route: str, since: float) -> None:
        """Note since when messages that seem to be Attio's are refused, in seconds since 1970."""
        with self._database.transaction() as transaction:
            transaction.run(NOTE_REFUSED, {"name": _refused_since(route), "since": repr(since)})

    def refused(self, route: str) -> bool:
        """Whether such messages are refused and no event was accepted since; forgets them otherwise."""
        about: dict[str, Value] = {"name": _refused_since(route)}
        with self._database.transaction() as transaction:
            rows = transaction.rows("SELECT value FROM relay WHERE name = :name", about)
            if not rows:
                return False
            newest = _at(transaction.rows(LAST_EVENT, {"route": route}))
            holds = newest is None or newest < float(rows[0]["value"])
            if not holds:
                transaction.run("DELETE FROM relay WHERE name = :name", about)
        return holds

    def _run(self, sql: str, alert: Alert) -> None:
        with self._database.transaction() as transaction:
            transaction.run(sql, {"name": alert.name, "subject": alert.subject})


def _usual(rows: Sequence[Row], newest: float, *, now: float) -> tuple[float, float, float]:
    """The newest event's time, the longest pause, and when the longest pause ended."""
    if not rows:
        return newest, 0.0, now
    known = rows[0]
    longest, longest_at = float(known["longest"]), float(known["longest_at"])
    if longest_at < now - SILENCE_REMEMBERED:
        longest, longest_at = 0.0, now
    pause = newest - float(known["last_at"])
    return (newest, pause, now) if pause > longest else (newest, longest, longest_at)


def _refused_since(route: str) -> str:
    return f"refused_since {route}"


def _at(rows: Sequence[Row]) -> float | None:
    return float(rows[0]["at"]) if rows else None


def _rows(transaction: Transaction) -> list[Alert]:
    rows = transaction.rows(
        "SELECT name, subject, sentence, since, told, ended_at FROM alerts ORDER BY since, name, subject"
    )
    return [Alert(**(dict(row) | {"told": bool(row["told"])})) for row in rows]
