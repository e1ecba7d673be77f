"""The journal: each write with its time and the values before it, in a DuckDB file that any query can read.

A change is journaled as intended before its call and settled after its answer, so that no write of a run that
died stays unknown.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import duckdb

from destination_attio.storage.database import open_database
from destination_attio.storage.journal_reading import ANY, ChangeQuery, JournalReading, translated
from destination_attio.storage.journal_rows import (
    UNSETTLED,
    JournalError,
    JournalledChange,
    Run,
    RunFacts,
    Settlement,
    Status,
    change_row,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.model.plan import Change, Counts

__all__ = [
    "ANY",
    "UNSETTLED",
    "ChangeQuery",
    "Journal",
    "JournalError",
    "JournalledChange",
    "Run",
    "RunFacts",
    "Settlement",
    "Status",
]

_PRIVATE: Final = 0o600
"""The file's mode: the journal holds rows, so only its owner may read it."""
_OWN_FILE: Final = "Give the journal a file of its own."
_SCHEMA: Final = """
  CREATE TABLE IF NOT EXISTS runs ( run_id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, started_at
  TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ, status VARCHAR NOT NULL, workspace_id VARCHAR,
  workspace_name VARCHAR, target VARCHAR, reverts VARCHAR, counts JSON ); CREATE TABLE IF NOT EXISTS
  changes ( run_id VARCHAR NOT NULL, change_no BIGINT NOT NULL, stream VARCHAR, target VARCHAR NOT NULL,
  kind VARCHAR NOT NULL, key JSON, row_number BIGINT, record_id VARCHAR, parent_record_id VARCHAR, status
  VARCHAR NOT NULL, before JSON, after JSON, reason VARCHAR, noted_at TIMESTAMPTZ NOT NULL, PRIMARY KEY
  (run_id, change_no) );
"""
_ADDED: Final = """
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS approver VARCHAR;
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS plan_digest VARCHAR;
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS mapping JSON;
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS attributes JSON;
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS actors JSON;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS name VARCHAR;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS web_url VARCHAR;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS beside JSON;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS asked_at VARCHAR;
"""
"""Columns that journals of earlier versions lack."""
_CHANGE: Final = json.dumps(
    [
        {
            "run_id": "VARCHAR",
            "change_no": "BIGINT",
            "stream": "VARCHAR",
            "target": "VARCHAR",
            "kind": "VARCHAR",
            "key": "JSON",
            "row_number": "BIGINT",
            "record_id": "VARCHAR",
            "parent_record_id": "VARCHAR",
            "status": "VARCHAR",
            "before": "JSON",
            "after": "JSON",
            "reason": "VARCHAR",
            "noted_at": "TIMESTAMPTZ",
            "name": "VARCHAR",
            "web_url": "VARCHAR",
        }
    ]
)
_SETTLED: Final = json.dumps(
    [
        {
            "change_no": "BIGINT",
            "status": "VARCHAR",
            "record_id": "VARCHAR",
            "before": "JSON",
            "after": "JSON",
            "reason": "VARCHAR",
            "kind": "VARCHAR",
            "beside": "JSON",
            "name": "VARCHAR",
            "web_url": "VARCHAR",
            "asked_at": "VARCHAR",
        }
    ]
)


class Journal(JournalReading):
    """An open journal file; used from one thread."""

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Self:
        """Open the file, or create it; raises JournalError with one sentence."""
        place = Path(path)
        if read_only and not place.exists():
            raise JournalError(f"There is no journal at {place}.", "Push something first, or check the path.")
        with translated(place):
            if not read_only:
                place.parent.mkdir(parents=True, exist_ok=True)
            is_new = not place.exists()
            journal = cls(open_database(str(place), read_only=read_only), place)
            if is_new and place.exists():  # `:memory:` is not a file
                place.chmod(_PRIVATE)
            journal._db.execute("SET TimeZone='UTC'")
            if not is_new:
                journal._refuse_others()
            if not read_only:
                journal._db.execute(_SCHEMA + _ADDED)
                journal._db.execute("SET memory_limit='128MB'; SET threads=1")
            return journal

    def _refuse_others(self) -> None:
        """Raise JournalError for a database that holds something else, which stays unchanged."""
        if self._is_ours():
            return
        if self._db.execute("SELECT 1 FROM information_schema.tables WHERE table_schema='main'").fetchall():
            self.close()
            raise JournalError(
                f"The file at {self._path} is a database with other tables, and no journal.",
                _OWN_FILE,
            )

    def _is_ours(self) -> bool:
        """Whether both tables are there: to ask for them by name is far quicker than to list all tables."""
        try:
            return "reverts" in self._known_columns("runs") and "change_no" in self._known_columns("changes")
        except duckdb.CatalogException:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write everything to disk and close the file."""
        self._db.close()

    # --- writing -----------------------------------------------------------------------------------

    def begin(self, run: Run) -> None:
        """Journal that a run starts."""
        with translated(self._path):
            self._db.execute(
                "INSERT INTO runs (run_id, kind, started_at, status, workspace_id, workspace_name, target, "
                "reverts, approver, plan_digest, mapping, attributes, actors) "
                "VALUES (?,?,?,'running',?,?,?,?,?,?,?,?,?)",
                [
                    run.run_id,
                    run.kind,
                    run.started_at,
                    run.workspace_id,
                    run.workspace_name,
                    run.target,
                    run.reverts,
                    run.about.approver,
                    run.about.plan_digest,
                    _json(run.about.mapping),
                    _json(run.about.attributes),
                    json.dumps(run.actors),
                ],
            )

    def know_actors(self, run_id: str, actors: Collection[str]) -> None:
        """Journal the run's actors, in Attio's words."""
        with translated(self._path):
            self._db.execute("UPDATE runs SET actors=? WHERE run_id=?", [json.dumps(sorted(actors)), run_id])

    def finish(self, run_id: str, status: str, counts: Counts, at: str) -> None:
        """Journal how a run ended."""
        with translated(self._path):
            self._db.execute(
                "UPDATE runs SET status=?, counts=?, finished_at=? WHERE run_id=?",
                [status, json.dumps(counts.to_json()), at, run_id],
            )

    def intend(self, run_id: str, changes: Sequence[tuple[int, Change]], at: str) -> None:
        """Journal changes as intended, before their calls are made."""
        rows = [change_row(run_id, number, change, at) for number, change in changes]
        with translated(self._path):
            self._db.execute(
                "INSERT INTO changes BY NAME SELECT unnest(from_json(?::JSON, ?), recursive := true)",
                [json.dumps(rows), _CHANGE],
            )

    def settle(self, run_id: str, settled: Sequence[Settlement]) -> None:
        """Journal the outcomes of intended changes."""
        rows = json.dumps([one.to_json() for one in settled])
        with translated(self._path):
            self._db.execute(
                "UPDATE changes c SET status=s.status, record_id=coalesce(s.record_id, c.record_id), "
                "before=coalesce(s.before, c.before), after=coalesce(s.after, c.after), "
                "reason=coalesce(s.reason, c.reason), kind=coalesce(s.kind, c.kind), beside=s.beside, "
                "name=coalesce(s.name, c.name), web_url=coalesce(s.web_url, c.web_url), asked_at=s.asked_at "
                "FROM (SELECT unnest(from_json(?::JSON, ?), recursive := true)) s "
                "WHERE c.run_id=? AND c.change_no=s.change_no",
                [rows, _SETTLED, run_id],
            )

    def forget(self, before: str) -> int:
        """Remove runs that began before this time, and their changes; they cannot be reverted any more."""
        with translated(self._path):
            old = "SELECT run_id FROM runs WHERE started_at < ?::TIMESTAMPTZ AND status <> 'running'"
            runs = [str(one) for (one,) in self._db.execute(old, [before]).fetchall()]
            self._db.execute("BEGIN")
            for table in ("changes", "runs"):
                self._db.execute(f"DELETE FROM {table} WHERE list_contains(?, run_id)", [runs])  # noqa: S608 (one of two literals)
            self._db.execute("COMMIT")
            self._db.execute("CHECKPOINT")
        return len(runs)

    def recount(self, run_id: str, found: Counter[str]) -> None:
        """Count a run's writes again; `found` are those, by kind, that are known by now to have been made.

        A run that ended well has counted them as rejected, since their answers were lost.
        """
        run = self.run(run_id)
        if not run.finished_at or run.status == "running":
            return
        told = self.counted(run_id, run.counts)
        if run.status == "done":
            known = {kind: getattr(run.counts, kind) + number for kind, number in found.items()}
            told = replace(run.counts, rejected=max(run.counts.rejected - found.total(), 0), **known)
        self.finish(run_id, run.status, told, run.finished_at)

    def abandon(self, at: str, workspace_id: str | None = None) -> None:
        """Mark runs still journaled as running as failed: only this process holds the file, so they died."""
        for run_id in self.dead_runs(workspace_id):
            self.finish(run_id, "failed", self.counted(run_id), at)


def _json(value: JsonObject | None) -> str | None:
    return None if value is None else json.dumps(value)
