"""What was written, when, and what was there before: two tables in a DuckDB file that anybody may query.

A change is noted as intended before its call and settled after its answer, so that a run that dies leaves no
write unknown. Undoing what is noted is `revert`'s business.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import duckdb

from destination_attio.model.plan import Counts
from destination_attio.storage.journal_rows import (
    JournalError,
    JournalledChange,
    Run,
    Settlement,
    Status,
    change_row,
    read_change,
    read_run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from destination_attio.model.plan import Change

__all__ = ["Journal", "JournalError", "JournalledChange", "Run", "Settlement", "Status"]

_PRIVATE: Final = 0o600
"""It holds what rows held."""
_OWN_FILE: Final = "Give the journal a file of its own."
_NO_ROOM: Final = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,  # a commit that finds the disk full
    duckdb.FatalException,  # whatever follows it
)
_SCHEMA: Final = """
  CREATE TABLE IF NOT EXISTS runs ( run_id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, started_at
  TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ, status VARCHAR NOT NULL, workspace_id VARCHAR,
  workspace_name VARCHAR, target VARCHAR, reverts VARCHAR, counts JSON ); CREATE TABLE IF NOT EXISTS
  changes ( run_id VARCHAR NOT NULL, change_no BIGINT NOT NULL, stream VARCHAR, target VARCHAR NOT NULL,
  kind VARCHAR NOT NULL, key JSON, row_number BIGINT, record_id VARCHAR, parent_record_id VARCHAR, status
  VARCHAR NOT NULL, before JSON, after JSON, reason VARCHAR, noted_at TIMESTAMPTZ NOT NULL, PRIMARY KEY
  (run_id, change_no) );
"""
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
        }
    ]
)


class Journal:
    """The file, opened; used from one thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> None:
        """Take over an open connection; use `open` for a file."""
        self._db, self._path = connection, path

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Self:
        """Open the file, make it where it is not; raises JournalError in one sentence."""
        place = Path(path)
        if read_only and not place.exists():
            raise JournalError(f"There is no journal at {place}.", "Push something first, or check the path.")
        with _translated(place):
            if not read_only:
                place.parent.mkdir(parents=True, exist_ok=True)
            is_new = not place.exists()
            journal = cls(duckdb.connect(str(place), read_only=read_only), place)
            if is_new and place.exists():  # `:memory:` is no file
                place.chmod(_PRIVATE)
            journal._db.execute("SET TimeZone='UTC'")
            journal._refuse_others()
            if not read_only:
                journal._db.execute(_SCHEMA)
                journal._db.execute("SET memory_limit='128MB'; SET threads=1")
            return journal

    def _refuse_others(self) -> None:
        """A database that holds something else stays as it is."""
        query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema='main'"
        found = set(self._db.execute(query).fetchall())
        if found and not {("runs", "reverts"), ("changes", "change_no")} <= found:
            self.close()
            raise JournalError(
                f"The file at {self._path} is a database with other tables, and no journal.",
                _OWN_FILE,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write out and close the file."""
        self._db.close()

    # --- writing -----------------------------------------------------------------------------------

    def begin(self, run: Run) -> None:
        """Note that a run starts."""
        with _translated(self._path):
            self._db.execute(
                "INSERT INTO runs VALUES (?,?,?,NULL,'running',?,?,?,?,NULL)",
                [
                    run.run_id,
                    run.kind,
                    run.started_at,
                    run.workspace_id,
                    run.workspace_name,
                    run.target,
                    run.reverts,
                ],
            )

    def finish(self, run_id: str, status: str, counts: Counts, at: str) -> None:
        """Note how a run ended."""
        with _translated(self._path):
            self._db.execute(
                "UPDATE runs SET status=?, counts=?, finished_at=? WHERE run_id=?",
                [status, json.dumps(counts.to_json()), at, run_id],
            )

    def intend(self, run_id: str, changes: Sequence[tuple[int, Change]], at: str) -> None:
        """Note changes before their calls are made."""
        rows = [change_row(run_id, number, change, at) for number, change in changes]
        with _translated(self._path):
            self._db.execute(
                "INSERT INTO changes SELECT unnest(from_json(?::JSON, ?), recursive := true)",
                [json.dumps(rows), _CHANGE],
            )

    def settle(self, run_id: str, settled: Sequence[Settlement]) -> None:
        """Note what became of them."""
        rows = json.dumps([one.to_json() for one in settled])
        with _translated(self._path):
            self._db.execute(
                "UPDATE changes c SET status=s.status, record_id=coalesce(s.record_id, c.record_id), "
                "before=coalesce(s.before, c.before), after=coalesce(s.after, c.after), reason=s.reason "
                "FROM (SELECT unnest(from_json(?::JSON, ?), recursive := true)) s "
                "WHERE c.run_id=? AND c.change_no=s.change_no",
                [rows, _SETTLED, run_id],
            )

    # --- reading -----------------------------------------------------------------------------------

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        with _translated(self._path):
            found = self._db.execute(
                "SELECT run_id, kind, started_at::VARCHAR, finished_at::VARCHAR, status, workspace_id, "
                "workspace_name, target, reverts, counts FROM runs ORDER BY started_at DESC, run_id DESC"
            ).fetchall()
        return [read_run(row) for row in found]

    def run(self, run_id: str) -> Run:
        """One run, by its id or an unmistakable beginning of it; raises JournalError."""
        found = [one for one in self.runs() if one.run_id.startswith(run_id)]
        exact = [one for one in found if one.run_id == run_id] or found
        if len(exact) != 1:
            problem = "no run" if not exact else "more than one run"
            raise JournalError(
                f"The journal has {problem} '{run_id}'.", "Choose one from `attio-sync history`."
            )
        return exact[0]

    def changes(self, run_id: str) -> list[JournalledChange]:
        """What a run wrote, in order."""
        with _translated(self._path):
            found = self._db.execute(
                "SELECT change_no, stream, target, kind, key, row_number, record_id, parent_record_id, "
                "status, before, after, reason, noted_at::VARCHAR FROM changes "
                "WHERE run_id=? ORDER BY change_no",
                [run_id],
            ).fetchall()
        return [read_change(row) for row in found]

    def unsettled(self) -> list[tuple[str, JournalledChange]]:
        """Changes of which a run that died never learned what became of them."""
        with _translated(self._path):
            found = self._db.execute(
                "SELECT DISTINCT run_id FROM changes WHERE status IN ('intended', 'unknown')"
            ).fetchall()
        open_ones = ("intended", "unknown")
        return [
            (run_id, one) for (run_id,) in found for one in self.changes(run_id) if one.status in open_ones
        ]

    def abandon(self, at: str) -> None:
        """Runs that are still noted as running died: this process is the only one that holds the file."""
        with _translated(self._path):
            found = self._db.execute("SELECT run_id FROM runs WHERE status='running'").fetchall()
        for (run_id,) in found:
            self.finish(run_id, "failed", self.counted(run_id), at)

    def counted(self, run_id: str, so_far: Counts | None = None) -> Counts:
        """What a run that ended badly has written, from its changes; each record once."""
        with _translated(self._path):
            found = self._db.execute(
                "SELECT kind, count(*) FROM (SELECT arg_min(kind, change_no) AS kind FROM changes "
                "WHERE run_id=? AND status='written' GROUP BY target, record_id) GROUP BY kind",
                [run_id],
            ).fetchall()
        written = dict.fromkeys(("create", "update", "delete"), 0) | dict(found)
        return replace(so_far or Counts(), **written)


@contextmanager
def _translated(path: Path | None = None) -> Iterator[None]:
    """Every trouble with the file as one sentence."""
    try:
        yield
    except (*_NO_ROOM, OSError) as error:
        where = f" at {path}" if path else ""
        if "not a valid DuckDB" in str(error):
            raise JournalError(
                f"The file{where} is no DuckDB database.", "Give the journal's own file."
            ) from error
        if "lock" in str(error).lower():
            raise JournalError(
                f"The journal{where} is in use by another program.",
                "Wait until it is done, or use another file.",
            ) from error
        raise JournalError(
            f"The journal{where} cannot be used ({type(error).__name__}).",
            "Check the path, its permissions and the free space on the disk.",
        ) from error
    except duckdb.Error as error:
        raise JournalError(
            f"The journal{f' at {path}' if path else ''} is damaged or not one ({type(error).__name__}).",
            "Give another file.",
        ) from error
