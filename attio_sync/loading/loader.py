"""Brings a stream's rows into its table, together with the state that says so.

Rows wait in a file beside the database and go in many at once, in one transaction with the newest state that
speaks of them: whenever the process dies, the database holds a state and exactly the rows before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING, Literal

import orjson

from attio_sync.loading.tables import MARKS
from attio_sync.loading.warehouse import Loaded
from attio_sync.sql import Verbatim, compose, literal

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from attio_api.wire import JsonObject
    from attio_sync.loading.tables import Table
    from attio_sync.loading.warehouse import Warehouse

Way = Literal["merge", "replace", "afresh"]

COMMIT_EVERY = 50_000
_LINE = "_attio_line"
_INCOMING = "_incoming"
# DuckDB sets aside several times this for each thread, so it only grows when a row needs it.
_ROOM = 16 * 1024 * 1024
_LINES = """
FROM read_json({file}, format = 'newline_delimited', maximum_object_size = {size}, columns = {types})
WHERE {line} < {covered}
"""
_ALL = "CREATE OR REPLACE TEMP TABLE {incoming} AS SELECT *" + _LINES
# By the keys alone: sorting or grouping whole rows takes many times their size in memory.
_NEWEST = _ALL + "AND {line} IN (SELECT max({line})" + _LINES + "GROUP BY {key})"
_IMAGES = "SELECT {key}, hash({columns}) FROM {table}"
# How many rows are the same as before, how many keys were known, and how many rows there were.
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
_INSERT = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {incoming} AS {i} {alive}"
# What the user added to the rows that are written anew is set aside and joined to them by their key.
_KEEP = "CREATE OR REPLACE TEMP TABLE {kept} AS SELECT {key}, {others} FROM {table}"
_INSERT_KEPT = """
INSERT INTO {table} ({columns}, {others})
SELECT {own}, {theirs} FROM {incoming} AS {i} LEFT JOIN {kept} AS {t} ON {same} {alive}
"""


class Load:
    """One stream on its way into one table.

    The way is one of three: rows are merged by primary key as they come; or the whole table is replaced when
    the stream is complete, compared with what it held, or afresh because its columns have other types now.
    """

    def __init__(
        self, warehouse: Warehouse, table: Table, *, spool: Path, way: Way, commit_every: int = COMMIT_EVERY
    ) -> None:
        self.table = table
        self.way = way
        self.loaded = Loaded()
        self._warehouse = warehouse
        self._spool = spool
        self._line = table.free(_LINE)
        self._commit_every = commit_every
        self._renamed = {c.member: c.name for c in table.columns if c.member != c.name}
        self._file: IO[bytes] = spool.open("wb")
        self._longest = 0
        self._waiting = 0
        self._covered = 0
        self._state: JsonObject | None = None

    def row(self, data: JsonObject) -> None:
        """Take one row."""
        if self._renamed:
            data = {self._renamed.get(name, name): value for name, value in data.items()}
        line = orjson.dumps({**data, self._line: self._waiting}, option=orjson.OPT_APPEND_NEWLINE)
        self._file.write(line)
        self._longest = max(self._longest, len(line))
        self._waiting += 1

    def checkpoint(self, state: JsonObject) -> None:
        """Take a state; with enough rows before it, both go in."""
        self._state = state
        self._covered = self._waiting
        if self.way == "merge" and self._waiting >= self._commit_every:
            self._commit()

    def complete(self) -> None:
        """The stream was read to its end: everything goes in."""
        self._covered = self._waiting
        self._commit()
        self.close()

    def abandon(self) -> None:
        """The stream broke off: keep what a state covers, unless the whole table was to be replaced."""
        if self._state is not None and self.way == "merge":
            self._commit()
        self.close()

    def close(self) -> None:
        """Let go of what still waits, if anything does."""
        self._file.close()
        self._spool.unlink(missing_ok=True)

    def _commit(self) -> None:
        self._file.flush()
        loaded = self._warehouse.whole(self._take_in)
        self.loaded += replace(loaded, rows=self._covered)
        self._file.seek(0)
        self._file.truncate()
        self._waiting = self._covered = 0
        self._state = None

    def _take_in(self, connection: duckdb.DuckDBPyConnection) -> Loaded:
        self._gather(connection)
        loaded = _WAYS[self.way](connection, self.table)
        if self._state is not None or self.way != "merge":
            self._warehouse.save_state(self.table.stream, self._state)
        connection.execute(compose("DROP TABLE {incoming}", **_names(self.table)))
        return loaded

    def _gather(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The newest row of each key, typed."""
        marks = [(mark, kind) for mark, kind in MARKS.items() if self.table.has_marks]
        columns = [(column.name, column.type) for column in self.table.columns] + marks
        columns.append((self._line, "BIGINT"))
        types = [compose("{name}: ", name=name) + literal(kind) for name, kind in columns]
        connection.execute(
            compose(
                _NEWEST if self.table.primary_key else _ALL,
                incoming=self.table.free(_INCOMING),
                file=literal(str(self._spool)),
                size=Verbatim(max(_ROOM, 2 * self._longest)),
                types=Verbatim("{" + ", ".join(types) + "}"),
                line=self._line,
                covered=Verbatim(self._covered),
                key=self.table.primary_key,
            )
        )


def _replace(connection: duckdb.DuckDBPyConnection, table: Table) -> Loaded:
    if not table.primary_key:
        return _fresh(connection, table)
    names = _names(table)
    columns = [column.name for column in table.columns]
    images = compose(_IMAGES, key=table.primary_key, columns=columns, table=table.stream)
    connection.execute(compose("CREATE OR REPLACE TEMP TABLE {before} AS ", **names) + images)
    written = _fresh(connection, table).added
    kept, known, before = _numbers(connection, compose(_COMPARED, images=images, **names))
    connection.execute(compose("DROP TABLE {before}", **names))
    return Loaded(added=written - known, changed=known - kept, deleted=before - known)


def _fresh(connection: duckdb.DuckDBPyConnection, table: Table) -> Loaded:
    """A table without a key, or whose columns had other types, cannot be compared with what was there."""
    _set_aside(connection, table)
    connection.execute(
        compose("CREATE OR REPLACE TABLE {table} ({columns})", table=table.stream, columns=table.definition)
    )
    return Loaded(added=_insert(connection, table))


def _merge(connection: duckdb.DuckDBPyConnection, table: Table) -> Loaded:
    names = _names(table)
    deleted = _bury(connection, table) if table.has_marks else 0
    _set_aside(connection, table)
    delete = compose("DELETE FROM {table} AS {t} USING {incoming} AS {i} WHERE {same}", **names)
    matched = _changed(connection, delete)
    added = _insert(connection, table)
    changed = matched - deleted
    return Loaded(added=added - changed, changed=changed, deleted=deleted)


def _bury(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Keep the last image of what is gone."""
    parts = {"stream": literal(table.stream), "key": table.primary_key[0]}
    return _changed(connection, compose(_BURY, **_names(table), **parts))


def _set_aside(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Keep what the user's own columns hold."""
    if table.others and table.primary_key:
        others = [name for name, _ in table.others]
        connection.execute(compose(_KEEP, **_names(table), key=table.primary_key, others=others))


def _insert(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    names, columns = _names(table), [column.name for column in table.columns]
    alive = compose("WHERE NOT coalesce({i}._deleted, false)", **names) if table.has_marks else Verbatim("")
    if not (table.others and table.primary_key):
        return _changed(connection, compose(_INSERT, **names, columns=columns, alive=alive))
    others = [name for name, _ in table.others]
    own = [compose("{i}.{name}", i=names["i"], name=name) for name in columns]
    theirs = [compose("{t}.{name}", t=names["t"], name=name) for name in others]
    lists: dict[str, list[str]] = {"columns": columns, "others": others, "own": [*own], "theirs": [*theirs]}
    added = _changed(connection, compose(_INSERT_KEPT, **names, **lists, alive=alive))
    connection.execute(compose("DROP TABLE {kept}", **names))
    return added


def _names(table: Table) -> dict[str, str]:
    """What a statement about the table calls things: aliases are like none of its columns."""
    t, i = table.free("t"), table.free("i")
    same = " AND ".join(compose("{t}.{key} = {i}.{key}", t=t, i=i, key=key) for key in table.primary_key)
    return {
        "table": table.stream,
        "t": t,
        "i": i,
        "incoming": table.free(_INCOMING),
        "before": table.free("_before"),
        "kept": table.free("_kept"),
        "same": Verbatim(same or "false"),
    }


def _numbers(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int, int]:
    first, second, third = connection.execute(query).fetchone() or (0, 0, 0)
    return int(first), int(second), int(third)


def _changed(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Run a statement and say how many rows it touched."""
    answer = connection.execute(statement).fetchone()
    return int(answer[0]) if answer else 0


_WAYS = {"merge": _merge, "replace": _replace, "afresh": _fresh}
