"""Keeps the schedule: one line a connection; every step of a run is one commit, fenced by its lease.

What the next step is, is `schedule`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from attio_relay.store.runs import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attio_relay.store.database import Database, Row, Transaction, Value


class State(StrEnum):
    """Where a connection stands."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    BLOCKED = "blocked"


class LeaseLostError(Exception):
    """Another replica took the connection over in the meantime: its word counts, not ours."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """The schedule of one connection."""

    name: str
    seen: int
    claimed: int
    done: int
    first_at: float | None
    last_at: float | None
    claimed_first_at: float | None
    state: State
    run_id: str | None
    job: str | None
    baseline: str | None
    intent_at: float | None
    not_before: float
    fails: int
    paused: bool
    problem: str | None
    owner: str | None
    lease_until: float
    fence: int


LINE = (
    "name, seen, claimed, done, first_at, last_at, claimed_first_at, state, run_id, job, baseline, intent_at,"
    " not_before, fails, paused, problem, owner, lease_until, fence"
)


class Ledger:
    """The schedule in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, names: Iterable[str]) -> None:
        """Make sure that every connection has a line; nothing of an old line is touched."""
        with self._database.transaction() as transaction:
            for name in sorted(names):
                transaction.run(
                    "INSERT INTO connections (name) VALUES (:name) ON CONFLICT (name) DO NOTHING",
                    {"name": name},
                )

    def lines(self) -> list[Line]:
        """Every line, by name."""
        with self._database.reading() as transaction:
            return [_line(row) for row in transaction.rows(f"SELECT {LINE} FROM connections ORDER BY name")]  # noqa: S608 (LINE is ours)

    def lease(self, name: str, *, owner: str, now: float, until: float) -> Line | None:
        """Take a connection for oneself; nothing when another replica holds it."""
        with self._database.transaction() as transaction:
            rows = transaction.rows(
                "UPDATE connections SET owner = :owner, lease_until = :until, fence = fence + 1"  # noqa: S608 (all ours)
                " WHERE name = :name AND (lease_until <= :now OR owner = :owner OR owner IS NULL)"
                f" RETURNING {LINE}",
                {"name": name, "owner": owner, "now": now, "until": until},
            )
        return _line(rows[0]) if rows else None

    def claim(self, line: Line, *, run_id: str, baseline: str | None, now: float, not_before: float) -> Line:
        """Say what is about to be started, and for which events, before it is started."""
        facts: dict[str, Value] = {"seen": line.seen, "run_id": run_id, "baseline": baseline, "now": now}
        with self._database.transaction() as transaction:
            claimed = self._update(
                transaction,
                line,
                "state = 'starting', claimed = :seen, run_id = :run_id,"
                " claimed_first_at = COALESCE(claimed_first_at, first_at),"
                " job = NULL, baseline = :baseline, intent_at = :now, not_before = :not_before,"
                " problem = NULL, first_at = CASE WHEN seen = :seen THEN NULL ELSE :now END",
                facts | {"not_before": not_before},
            )
            transaction.run(
                "INSERT INTO runs (run_id, connection, changes, intent_at, outcome)"
                " VALUES (:run_id, :name, :changes, :now, 'starting')"
                " ON CONFLICT (run_id) DO UPDATE SET changes = :changes, intent_at = :now",
                {"run_id": run_id, "name": line.name, "changes": line.seen - line.done, "now": now},
            )
        return claimed

    def started(self, line: Line, *, job: str, now: float, poll_at: float) -> Line:
        """The target took the run and gave it a name."""
        with self._database.transaction() as transaction:
            self._note(
                transaction, line, "started_at = :now, job = :job", {"now": now, "job": job}, Outcome.RUNNING
            )
            return self._update(
                transaction,
                line,
                "state = 'running', job = :job, not_before = :poll_at, problem = NULL",
                {"job": job, "poll_at": poll_at},
            )

    def succeeded(self, line: Line, *, now: float, not_before: float) -> Line:
        """The run covers every event that it claimed, and none that came later."""
        with self._database.transaction() as transaction:
            self._note(transaction, line, "ended_at = :now", {"now": now}, Outcome.SUCCEEDED)
            return self._update(
                transaction,
                line,
                "state = 'idle', done = claimed, claimed_first_at = NULL, fails = 0, problem = NULL,"
                " not_before = :not_before",
                {"not_before": not_before},
            )

    def gave_up(self, line: Line, *, outcome: Outcome, problem: str, now: float, not_before: float) -> Line:
        """The run covers nothing: its events wait for the next one, or for a person when it is blocked."""
        state = State.BLOCKED if outcome is Outcome.BLOCKED else State.IDLE
        with self._database.transaction() as transaction:
            self._note(
                transaction,
                line,
                "ended_at = :now, detail = :detail",
                {"now": now, "detail": problem},
                outcome,
            )
            return self._update(
                transaction,
                line,
                "state = :state, first_at = COALESCE(claimed_first_at, first_at, :now),"
                " claimed_first_at = NULL, problem = :problem, not_before = :not_before,"
                " fails = fails + :failed",
                {
                    "state": state,
                    "now": now,
                    "problem": problem,
                    "not_before": not_before,
                    "failed": int(outcome is not Outcome.BUSY),
                },
            )

    def wait(self, line: Line, *, problem: str | None, not_before: float, failed: bool) -> Line:
        """Stay as it is and look again later."""
        with self._database.transaction() as transaction:
            return self._update(
                transaction,
                line,
                "problem = :problem, not_before = :not_before, fails = fails + :failed",
                {"problem": problem, "not_before": not_before, "failed": int(failed)},
            )

    def take_turn(self, chore: str, *, owner: str, now: float, until: float) -> bool:
        """Be the one replica that does a chore until a moment."""
        with self._database.transaction() as transaction:
            facts: dict[str, Value] = {"name": chore, "owner": owner, "now": now, "until": until}
            sql = (
                "INSERT INTO leases (name, owner, until) VALUES (:name, :owner, :until)"
                " ON CONFLICT (name) DO UPDATE SET owner = :owner, until = :until WHERE leases.until <= :now"
            )
            return transaction.run(sql, facts) == 1

    def release(self, line: Line) -> None:
        """Let go of a connection; harmless when the lease was lost already."""
        with self._database.transaction() as transaction:
            transaction.run(
                "UPDATE connections SET lease_until = 0, owner = NULL WHERE name = :name AND fence = :fence",
                {"name": line.name, "fence": line.fence},
            )

    def set_paused(self, name: str, *, paused: bool) -> bool:
        """Stop or allow new starts; a run in progress goes on. False when there is no such name."""
        return self._order(name, "paused = :paused", {"paused": int(paused)})

    def unblock(self, name: str) -> bool:
        """Let a blocked or backed-off connection try again at once."""
        return self._order(
            name,
            "paused = 0, fails = 0, not_before = 0, problem = NULL,"
            " state = CASE WHEN state = 'blocked' THEN 'idle' ELSE state END",
            {},
        )

    def trigger(self, name: str, *, now: float) -> bool:
        """Ask for a sync that starts after this moment, without waiting for quiet."""
        return self._order(
            name,
            "seen = seen + 1, first_at = 0, last_at = :now,"
            " not_before = CASE WHEN state = 'idle' THEN 0 ELSE not_before END",
            {"now": now},
        )

    def _order(self, name: str, changes: str, facts: dict[str, Value]) -> bool:
        with self._database.transaction() as transaction:
            sql = f"UPDATE connections SET {changes} WHERE name = :name"  # noqa: S608 (all ours)
            return transaction.run(sql, {"name": name} | facts) == 1

    @staticmethod
    def _update(transaction: Transaction, line: Line, changes: str, facts: dict[str, Value]) -> Line:
        sql = f"UPDATE connections SET {changes} WHERE name = :name AND fence = :fence RETURNING {LINE}"  # noqa: S608 (all ours)
        rows = transaction.rows(sql, facts | {"name": line.name, "fence": line.fence})
        if not rows:
            raise LeaseLostError(line.name)
        return _line(rows[0])

    @staticmethod
    def _note(
        transaction: Transaction, line: Line, changes: str, facts: dict[str, Value], outcome: Outcome
    ) -> None:
        sql = f"UPDATE runs SET {changes}, outcome = :outcome WHERE run_id = :run_id AND ended_at IS NULL"  # noqa: S608 (all ours)
        transaction.run(sql, facts | {"run_id": line.run_id, "outcome": outcome.value})


def _line(row: Row) -> Line:
    return Line(**(dict(row) | {"state": State(row["state"]), "paused": bool(row["paused"])}))
