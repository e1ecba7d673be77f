"""Reads the journal: runs, pages of changes, and the history of one record.

Each question is one query with a limit, so that a large journal answers as fast as a small one.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from destination_attio.model.plan import STUB, UNCLEAR, Counts
from destination_attio.storage.journal_errors import translated
from destination_attio.storage.journal_rows import (
    CHANGE_COLUMNS,
    RUN_COLUMNS,
    UNSETTLED,
    JournalError,
    JournalledChange,
    Run,
    read_change,
    read_run,
)
from destination_attio.storage.journal_schema import columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    import duckdb

_AT_ONCE: Final = 500
_ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_THERE: Final = "(? IS NULL OR coalesce(workspace_id=?, true))"
"""Restricts a query to the runs of one workspace, which alone can settle them; None restricts nothing."""
_OF_ROWS: Final = "NOT starts_with(target, 'options/') AND NOT starts_with(target, 'statuses/')"
_COUNTED: Final = (
    "SELECT kind, count(*) FROM (SELECT arg_min(kind, change_no) AS kind FROM changes "  # noqa: S608 (a literal)
    f"WHERE run_id=? AND status='written' AND {_OF_ROWS} AND (kind<>'create' OR coalesce(reason, '')<>?) "
    "GROUP BY target, record_id) GROUP BY kind"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeQuery:
    """Which changes a query returns; empty members restrict nothing.

    `only` selects changes of one of these kinds or record ids, and updates of one of these attributes, as
    `revert --only` does.
    """

    kinds: Collection[str] = ()
    statuses: Collection[str] = ()
    attribute: str | None = None
    text: str = ""
    only: Collection[str] = ()

    def where(self) -> tuple[str, list[Any]]:
        """An SQL condition without outside text, and its values."""
        parts, values = ["true"], list[Any]()
        for column, wanted in (("kind", self.kinds), ("status", self.statuses)):
            if wanted:
                parts.append(f"list_contains(?, {column})")
                values.append(list(wanted))
        if self.attribute:
            parts.append("list_contains(json_keys(after) || json_keys(before), ?)")
            values.append(self.attribute)
        if self.text:
            told = "concat_ws(' ', name, key, record_id, before, after, reason)"
            parts.append(f"contains(lower({told}), lower(?))")
            values.append(self.text)
        if self.only:
            names, slugs = list(self.only), [one for one in self.only if not _is_id(one)]
            chosen = ["list_contains(?, kind)", "list_contains(?, record_id)"]
            values += [names, names]
            if slugs:  # reading the keys of a million changes takes a second
                chosen.append("(kind='update' AND list_has_any(json_keys(after) || json_keys(before), ?))")
                values.append(slugs)
            parts.append(f"({' OR '.join(chosen)})")
        return " AND ".join(parts), values


ANY: Final = ChangeQuery()


def _is_id(name: str) -> bool:
    """Whether this is the id of a record, which no attribute has for its slug."""
    return bool(_ID.fullmatch(name))


class JournalReading:
    """The queries on an open journal."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> None:
        """Uses an open connection."""
        self._db, self._path = connection, path
        self._known: dict[str, Collection[str]] = {}

    def command(self, *words: str) -> str:
        """The command line for this journal, to be copied; the command's own default may be another file."""
        place = ["--journal", str(self._path)] if self._path else []
        return shlex.join(["attio-sync", *words, *place])

    def runs(self, limit: int | None = None) -> list[Run]:
        """Runs, newest first; all of them without a limit."""
        query = f"SELECT {self._columns('runs', RUN_COLUMNS)} FROM runs ORDER BY started_at DESC, run_id DESC"  # noqa: S608 (names of our own)
        found = self._all(query) if limit is None else self._all(f"{query} LIMIT ?", [limit])
        return [read_run(row) for row in found]

    def count_runs(self) -> int:
        """The number of runs."""
        return int(self._all("SELECT count(*) FROM runs")[0][0])

    def run(self, run_id: str) -> Run:
        """One run, by its id or a unique beginning of it; raises JournalError."""
        query = (
            f"SELECT {self._columns('runs', RUN_COLUMNS)} FROM runs WHERE starts_with(run_id, ?) LIMIT 100"  # noqa: S608 (names of our own)
        )
        found = [read_run(row) for row in self._all(query, [run_id])]
        exact = [one for one in found if one.run_id == run_id] or found
        if len(exact) != 1:
            problem = "no run" if not exact else "more than one run"
            raise JournalError(
                f"The journal has {problem} '{run_id}'.", f"Choose one from `{self.command('history')}`."
            )
        return exact[0]

    def page(
        self, run_id: str, look: ChangeQuery = ANY, *, after: int = 0, limit: int = 50
    ) -> list[JournalledChange]:
        """Changes of a run in their order, after the number `after`."""
        where, values = look.where()
        return self._changes(
            f"run_id=? AND change_no>? AND {where} ORDER BY change_no LIMIT ?",
            [run_id, after, *values, limit],
        )

    def backwards(self, run_id: str, look: ChangeQuery = ANY) -> Iterator[JournalledChange]:
        """Changes of a run, the last one first, read in parts."""
        where, values = look.where()
        before: int = 2**62
        while part := self._changes(
            f"run_id=? AND change_no<? AND {where} ORDER BY change_no DESC LIMIT ?",
            [run_id, before, *values, _AT_ONCE],
        ):
            yield from part
            if len(part) < _AT_ONCE:
                return  # a further query would read a journal of a million changes for nothing
            before = part[-1].change_no

    def count(self, run_id: str, look: ChangeQuery = ANY) -> int:
        """The number of a run's changes."""
        where, values = look.where()
        query = f"SELECT count(*) FROM changes WHERE run_id=? AND {where}"  # noqa: S608 (see Look.where)
        return int(self._all(query, [run_id, *values])[0][0])

    def has(self, run_id: str, look: ChangeQuery) -> bool:
        """Whether a run has such a change."""
        where, values = look.where()
        query = f"SELECT 1 FROM changes WHERE run_id=? AND {where} LIMIT 1"  # noqa: S608 (see Look.where)
        return bool(self._all(query, [run_id, *values]))

    def statuses(self, run_id: str) -> dict[tuple[str, str], int]:
        """Numbers of a run's changes by kind and status, without those of options and statuses."""
        query = f"SELECT kind, status, count(*) FROM changes WHERE run_id=? AND {_OF_ROWS} GROUP BY ALL"  # noqa: S608 (a literal)
        return {(kind, status): count for kind, status, count in self._all(query, [run_id])}

    def deleted(self, run_id: str) -> list[str]:
        """The ids of the records that a run deleted."""
        query = "SELECT record_id FROM changes WHERE run_id=? AND kind='delete' AND status='written'"
        return [str(one) for (one,) in self._all(query, [run_id])]

    def renewed(self, gone: Collection[str]) -> list[tuple[str, str | None]]:
        """The ids of deleted records that reverts have made again, and the new ids; None where not known."""
        query = (
            "SELECT renews, CASE WHEN status='written' THEN record_id END FROM changes WHERE kind='create' "
            "AND renews IN (SELECT unnest(?::VARCHAR[])) AND list_contains(?, status)"
        )
        found = self._all(query, [list(gone), ["written", *UNSETTLED]]) if gone else []
        return [(str(old_id), new_id and str(new_id)) for old_id, new_id in found]

    def made(self, run_id: str) -> list[str]:
        """The ids of the notes, tasks and list entries that a run created."""
        query = (
            "SELECT record_id FROM changes WHERE run_id=? AND kind='create' AND status='written' "
            "AND (target IN ('notes', 'tasks') OR starts_with(target, 'lists/')) "
            "AND coalesce(reason, '') <> ?"
        )
        return [str(one) for (one,) in self._all(query, [run_id, UNCLEAR])]

    def record(self, record_id: str, *, at: int = 0, limit: int = 50) -> list[JournalledChange]:
        """Changes of one record (entry, note, task), newest first, after the first `at` of them."""
        order = "ORDER BY noted_at DESC, run_id DESC, change_no DESC LIMIT ? OFFSET ?"
        return self._changes(f"record_id=? {order}", [record_id, limit, at])

    def count_record(self, record_id: str) -> int:
        """The number of these changes."""
        return int(self._all("SELECT count(*) FROM changes WHERE record_id=?", [record_id])[0][0])

    def touched(self, record_ids: Collection[str]) -> set[str]:
        """Those of these records (entries, notes, tasks) that some run has changed."""
        query = "SELECT DISTINCT record_id FROM changes WHERE list_contains(?, record_id)"
        return {str(one) for (one,) in self._all(query, [list(record_ids)])}

    def changes(self, run_id: str) -> list[JournalledChange]:
        """All changes of a run, in order."""
        return self._changes("run_id=? ORDER BY change_no", [run_id])

    def unsettled(self, workspace_id: str | None = None) -> list[tuple[str, JournalledChange]]:
        """Changes of this workspace's runs whose outcome is not known."""
        found = self._changes(
            f"list_contains(?, status) AND run_id IN (SELECT run_id FROM runs WHERE {_THERE}) "  # noqa: S608 (a literal)
            "ORDER BY run_id, change_no",
            [list(UNSETTLED), workspace_id, workspace_id],
        )
        return [(one.run_id, one) for one in found]

    def dead_runs(self, workspace_id: str | None = None) -> list[str]:
        """Runs of a workspace journaled as running; they died, as no other process holds the file."""
        query = f"SELECT run_id FROM runs WHERE status='running' AND {_THERE}"  # noqa: S608 (a literal)
        return [str(one) for (one,) in self._all(query, [workspace_id, workspace_id])]

    def has_unsettled(self) -> bool:
        """Whether the outcome of any change is not known, in whatever workspace."""
        query = "SELECT 1 FROM changes WHERE list_contains(?, status) LIMIT 1"
        return bool(self._all(query, [list(UNSETTLED)]))

    def counted(self, run_id: str, so_far: Counts | None = None) -> Counts:
        """The counts of a run that ended badly, from its changes; each record counts once."""
        found = self._all(_COUNTED, [run_id, STUB])
        written = dict.fromkeys(("create", "update", "delete"), 0) | dict(found)
        return replace(so_far or Counts(), **written)

    def _changes(self, rest: str, values: Sequence[Any]) -> list[JournalledChange]:
        query = f"SELECT {self._columns('changes', CHANGE_COLUMNS)} FROM changes WHERE {rest}"  # noqa: S608 (names of our own)
        return [read_change(row) for row in self._all(query, values)]

    def _columns(self, table: str, wanted: Sequence[str]) -> str:
        """The columns of a query; those that an older journal lacks are NULL."""
        if table not in self._known:
            with translated(self._path):
                self._known[table] = columns(self._db, table)
        known = self._known[table]
        return ", ".join(one if one.partition("::")[0] in known else f"NULL AS {one}" for one in wanted)

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with translated(self._path):
            return self._db.execute(query, list(values)).fetchall()
