"""The journal: each write with its time and the values before it, in a DuckDB file that any query can read.

A change is journaled as intended before its call and settled after its answer, so that no write of a run that
died stays unknown.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from destination_attio.storage import journal_schema
from destination_attio.storage.database import open_database
from destination_attio.storage.journal_errors import translated
from destination_attio.storage.journal_file import PRIVATE, JournalFile
from destination_attio.storage.journal_reading import ANY, ChangeQuery, JournalReading
from destination_attio.storage.journal_rows import (
    UNSETTLED,
    JournalError,
    JournalInUseError,
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
    "JournalInUseError",
    "JournalledChange",
    "Run",
    "RunFacts",
    "Settlement",
    "Status",
]

_OWN_FILE: Final = "Give the journal a file of its own."
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
            "renews": "VARCHAR",
            "asked_at": "VARCHAR",
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

    _file: JournalFile | None = None
    """The file, where there is one and this program may write to it."""

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Self:
        """Open the file, or create it; raises JournalError with one sentence."""
        place = Path(path)
        if read_only and not place.exists():
            raise JournalError(f"There is no journal at {place}.", "Push something first, or check the path.")
        with translated(place), ExitStack() as opened:
            if not read_only:
                place.parent.mkdir(parents=True, exist_ok=True)
            is_new = not place.exists()
            if not is_new and not place.is_file():  # opening a pipe waits for whoever is at its other end
                raise JournalError(
                    f"What is at {place} is not a regular file, so it holds no journal.", _OWN_FILE
                )
            journal = cls(opened.enter_context(open_database(str(place), read_only=read_only)), place)
            if is_new and place.exists():  # `:memory:` is not a file
                place.chmod(PRIVATE)
            journal._prepare(is_new=is_new, read_only=read_only)
            opened.pop_all()
            return journal

    def _prepare(self, *, is_new: bool, read_only: bool) -> None:
        """Refuse what is no journal of ours; make what one lacks, where it may be written."""
        self._db.execute("SET TimeZone='UTC'")
        if not is_new:
            self._refuse_others()
        if read_only:
            return
        journal_schema.make_tables(self._db)
        self._db.execute("SET memory_limit='128MB'; SET threads=1")
        if self._path and self._path.exists():
            self._file = JournalFile(self._path)

    def _refuse_others(self) -> None:
        """Raise JournalError for another database, or a journal of a newer version, and change neither."""
        found = journal_schema.version(self._db)
        if found > journal_schema.VERSION:
            raise JournalError(
                f"The journal at {self._path} was written by a newer version of airbyte-attio (its format is "
                f"{found}, and this version knows {journal_schema.VERSION}).",
                "Update airbyte-attio, or give another journal.",
            )
        if not journal_schema.is_journal(self._db) and journal_schema.has_tables(self._db):
            raise JournalError(
                f"The file at {self._path} is a database with other tables, and no journal.", _OWN_FILE
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write everything to disk and close the file; one that is no longer in place is kept elsewhere."""
        with translated(self._path):
            try:
                lost = self._file if self._file and not self._file.is_in_place else None
                part = lost.copied(self._db) if lost else None
            finally:
                self._file = None
                self._db.close()
            if lost and part:
                part.rename(lost.kept_at)

    def _need_file(self) -> None:
        """Raise JournalError where the file was deleted or replaced since it was opened."""
        if self._file and not self._file.is_in_place:
            raise JournalError(
                f"The journal at {self._path} was deleted or replaced while a run was using it.",
                f"The run has stopped, and what it had journaled is kept at {self._file.kept_at}.",
            )

    # --- writing -----------------------------------------------------------------------------------

    def begin(self, run: Run) -> None:
        """Journal that a run starts."""
        self._need_file()
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
        self._need_file()  # a run whose journal nobody will find is no success

    def intend(self, run_id: str, changes: Sequence[tuple[int, Change]], at: str, asked_at: str = "") -> None:
        """Journal changes as intended, before their calls; `asked_at` is the time by Attio's clock."""
        self._need_file()
        rows = [change_row(run_id, number, change, at, asked_at) for number, change in changes]
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
                "name=coalesce(s.name, c.name), web_url=coalesce(s.web_url, c.web_url), "
                "asked_at=coalesce(s.asked_at, c.asked_at) "
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
