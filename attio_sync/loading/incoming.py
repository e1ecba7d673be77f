"""Rows that wait in a file beside the database, and the SQL that brings them into their table.

Rows of many columns take many times the room of their lines in memory. So memory holds keys and marks alone,
and the rows go from the file straight into the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from attio_sync.loading.tables import MARKS
from attio_sync.loading.warehouse import Loaded
from attio_sync.sql import Verbatim, compose, literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

    from attio_sync.loading.tables import Table

Way = Literal["merge", "replace", "afresh"]
"""How rows enter their table.

`merge` by primary key; `replace` all rows, counted against the old ones; `afresh` without counting, since
column types have changed.
"""

LINE: Final = "_attio_line"
_ROOM: Final = 1024 * 1024
"""Bytes that a line may have at first; DuckDB allocates twice this, so it grows only for a longer line."""
_LINES = "read_json({file}, format = 'newline_delimited', maximum_object_size = {size}, columns = {types})"
_KEYS = "CREATE OR REPLACE TEMP TABLE {incoming} AS FROM {lines} WHERE {line} < {covered}"
_OLDER = """
CREATE OR REPLACE TEMP TABLE {older} AS
SELECT {line} FROM {incoming} WHERE {line} NOT IN (SELECT max({line}) FROM {incoming} GROUP BY {key})
"""
_NEWEST = "DELETE FROM {incoming} WHERE {line} IN (FROM {older})"
_IMAGES = "SELECT {key}, hash({columns}) FROM {table}"
# Numbers of rows that are unchanged, of keys known before, and of rows before.
_COMPARED = """
SELECT
  (SELECT count(*) FROM (FROM {before} INTERSECT {images})),
  (SELECT count(*) FROM {table} AS {t} SEMI JOIN {before} AS {i} ON {same}),
  (SELECT count(*) FROM {before})
"""
_BURY = """
INSERT INTO _attio.deleted
SELECT {stream}, {t}.{key}, now(), {i}._merged_into, to_json({t})
FROM {table} AS {t} JOIN {incoming} AS {i} ON {same} WHERE {i}._deleted
"""
_INSERT = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {lines} AS {i} WHERE {alive}"
# The user's own columns of rows that are written anew are set aside and joined again by key.
_KEEP = "CREATE OR REPLACE TEMP TABLE {kept} AS SELECT {key}, {others} FROM {table}"
_INSERT_KEPT = """
INSERT INTO {table} ({columns}, {others})
SELECT {own}, {theirs} FROM {lines} AS {i} LEFT JOIN {kept} AS {t} ON {same} WHERE {alive}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """The first lines of a file, which go into a table together."""

    table: Table
    file: Path
    covered: int
    longest: int

    def take_in(self, connection: duckdb.DuckDBPyConnection, way: Way) -> Loaded:
        """Bring the rows into their table, the newest of each key; returns what that changed."""
        work = _Work(connection, self)
        loaded = {"merge": work.merge, "replace": work.replace, "afresh": work.afresh}[way]()
        work.let_go()
        return loaded

    def lines(self, columns: Iterable[tuple[str, str]]) -> Verbatim:
        """The file as a SQL table with these columns and the number of the line."""
        types = [f"{compose('{name}', name=name)}: {literal(kind)}" for name, kind in columns]
        types.append(compose("{line}: 'BIGINT'", line=self.line))
        return compose(
            _LINES,
            file=literal(str(self.file)),
            size=Verbatim(max(_ROOM, 2 * self.longest)),
            types=Verbatim("{" + ", ".join(types) + "}"),
        )

    @property
    def line(self) -> str:
        """The name of the column with the line's number."""
        return self.table.free(LINE)


class _Work:
    """Runs the statements of one transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, incoming: Incoming) -> None:
        self._connection, self._table = connection, incoming.table
        self._names = _names(incoming)
        self._columns = [column.name for column in self._table.columns]
        marks = list(MARKS.items()) if self._table.has_marks else []
        types = {column.name: column.type for column in self._table.columns}
        key = [(name, types[name]) for name in self._table.primary_key]
        self._made: list[str] = []
        self._lines = incoming.lines([*types.items(), *marks])
        self._keep("incoming", _KEYS, lines=incoming.lines([*key, *marks]))
        if self._table.primary_key:
            self._keep("older", _OLDER, key=self._table.primary_key)
            self._run(_NEWEST)

    def replace(self) -> Loaded:
        """Replace the whole table, and count the differences from its old rows."""
        if not self._table.primary_key:
            return self.afresh()
        images = compose(
            _IMAGES, key=self._table.primary_key, columns=self._columns, table=self._table.stream
        )
        self._keep("before", "CREATE OR REPLACE TEMP TABLE {before} AS {images}", images=images)
        written = self.afresh().added
        same, known, before = self._numbers(_COMPARED, images=images)
        return Loaded(added=written - known, changed=known - same, deleted=before - known)

    def afresh(self) -> Loaded:
        """Replace the whole table without comparing: it has no key, or its columns had other types."""
        self._set_aside()
        self._run("CREATE OR REPLACE TABLE {table} ({columns})", columns=self._table.definition)
        return Loaded(added=self._insert())

    def merge(self) -> Loaded:
        """Replace the rows with the same keys, and add the others."""
        deleted = self._bury() if self._table.has_marks else 0
        self._set_aside()
        matched = self._changed("DELETE FROM {table} AS {t} USING {incoming} AS {i} WHERE {same}")
        added = self._insert()
        changed = matched - deleted
        return Loaded(added=added - changed, changed=changed, deleted=deleted)

    def let_go(self) -> None:
        """Drop the temporary tables."""
        for name in self._made:
            self._run("DROP TABLE {name}", name=self._names[name])

    def _bury(self) -> int:
        """Keep the last image of rows that are gone from Attio; returns their number."""
        parts = {"stream": literal(self._table.stream), "key": self._table.primary_key[0]}
        return self._changed(_BURY, **parts)

    def _set_aside(self) -> None:
        """Keep the values of the user's own columns."""
        if self._keeps_others:
            self._keep("kept", _KEEP, key=self._table.primary_key, others=self._others)

    def _insert(self) -> int:
        if not self._keeps_others:
            return self._changed(_INSERT, columns=self._columns, lines=self._lines, alive=self._alive)
        own = [compose("{i}.{name}", i=self._names["i"], name=name) for name in self._columns]
        theirs = [compose("{t}.{name}", t=self._names["t"], name=name) for name in self._others]
        lists: dict[str, list[str]] = {"columns": self._columns, "others": self._others}
        lists |= {"own": [*own], "theirs": [*theirs]}
        return self._changed(_INSERT_KEPT, **lists, lines=self._lines, alive=self._alive)

    @property
    def _alive(self) -> Verbatim:
        """The newest row of each key, without rows that only mark a record as gone."""
        said = ["{i}.{line} < {covered}"]
        said += ["{i}.{line} NOT IN (FROM {older})"] if self._table.primary_key else []
        said += ["NOT coalesce({i}._deleted, false)"] if self._table.has_marks else []
        return compose(" AND ".join(said), **self._names)

    @property
    def _others(self) -> list[str]:
        return [name for name, _ in self._table.others]

    @property
    def _keeps_others(self) -> bool:
        return bool(self._table.others and self._table.primary_key)

    def _keep(self, name: str, statement: str, **parts: str | Iterable[str]) -> None:
        """Create a temporary table, which is dropped at the end."""
        self._run(statement, **parts)
        self._made.append(name)

    def _numbers(self, query: str, **parts: str | Iterable[str]) -> tuple[int, int, int]:
        first, second, third = self._run(query, **parts).fetchone() or (0, 0, 0)
        return int(first), int(second), int(third)

    def _changed(self, statement: str, **parts: str | Iterable[str]) -> int:
        """Run a statement; returns the number of rows it changed."""
        answer = self._run(statement, **parts).fetchone()
        return int(answer[0]) if answer else 0

    def _run(self, statement: str, **parts: str | Iterable[str]) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(compose(statement, **{**self._names, **parts}))


def _names(incoming: Incoming) -> dict[str, str]:
    """The names in statements about the table; aliases differ from all of its columns."""
    table = incoming.table
    t, i = table.free("t"), table.free("i")
    same = " AND ".join(compose("{t}.{key} = {i}.{key}", t=t, i=i, key=key) for key in table.primary_key)
    return {
        "table": table.stream,
        "t": t,
        "i": i,
        "line": incoming.line,
        "covered": Verbatim(incoming.covered),
        "incoming": table.free("_incoming"),
        "older": table.free("_older"),
        "before": table.free("_before"),
        "kept": table.free("_kept"),
        "same": Verbatim(same or "false"),
    }
