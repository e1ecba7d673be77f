"""Reads the runs from the store: which connection ran, when, and how the run ended.

`schedule` writes the runs, each in the commit that changes the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attio_relay.store.database import Database, Row, Value

RUN = "run_id, connection, changes, intent_at, started_at, ended_at, job, outcome, detail"


class Outcome(StrEnum):
    """How a run ended; `starting` and `running` are runs that have not ended."""

    STARTING = "starting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BUSY = "busy"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One attempt to sync a connection; times are seconds since 1970."""

    run_id: str
    connection: str
    changes: int
    intent_at: float
    started_at: float | None
    ended_at: float | None
    job: str | None
    outcome: Outcome
    detail: str | None


class RunStore:
    """Reads and prunes the runs in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self, *, limit: int, connection: str | None = None) -> list[Run]:
        """At most `limit` newest runs, of one connection or of all."""
        only = "WHERE connection = :connection" if connection else ""
        with self._database.reading() as transaction:
            facts: dict[str, Value] = {"limit": limit, "connection": connection}
            rows = transaction.rows(
                f"SELECT {RUN} FROM runs {only} ORDER BY intent_at DESC, run_id LIMIT :limit",  # noqa: S608 (all ours)
                facts,
            )
        return [_run(row) for row in rows]

    def run(self, run_id: str) -> Run | None:
        """The run with this id; None when it is unknown or was pruned."""
        if "\0" in run_id:
            # Postgres refuses such a text instead of finding nothing.
            return None
        with self._database.reading() as transaction:
            rows = transaction.rows(f"SELECT {RUN} FROM runs WHERE run_id = :run_id", {"run_id": run_id})  # noqa: S608 (all ours)
        return _run(rows[0]) if rows else None

    def last_success(self, connection: str) -> Run | None:
        """The newest run of a connection that succeeded; None without one."""
        with self._database.reading() as transaction:
            rows = transaction.rows(
                f"SELECT {RUN} FROM runs WHERE connection = :connection AND outcome = 'succeeded'"  # noqa: S608 (all ours)
                " ORDER BY ended_at DESC LIMIT 1",
                {"connection": connection},
            )
        return _run(rows[0]) if rows else None

    def run_counts(self) -> dict[tuple[str, str], int]:
        """The number of runs by connection and outcome, from totals that each ended run adds to."""
        with self._database.reading() as transaction:
            rows = transaction.rows("SELECT connection, outcome, number FROM run_totals")
        return {(row["connection"], row["outcome"]): int(row["number"]) for row in rows}

    def prune(self, *, before: float, limit: int) -> int:
        """Delete at most `limit` runs that ended before a moment, so that writers wait briefly."""
        old = (
            "FROM runs WHERE run_id IN"
            " (SELECT run_id FROM runs WHERE ended_at < :before ORDER BY ended_at LIMIT :limit)"
        )
        facts: dict[str, Value] = {"before": before, "limit": limit}
        with self._database.reading() as transaction:
            if not transaction.rows(f"SELECT 1 {old} LIMIT 1", facts):
                return 0
        with self._database.transaction() as transaction:
            return transaction.run(f"DELETE {old}", facts)


def _run(row: Row) -> Run:
    return Run(**(dict(row) | {"outcome": Outcome(row["outcome"])}))
