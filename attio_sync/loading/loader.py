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
# DuckDB sets aside several times this for each thread, so it only grows when a row needs it.
_ROOM = 16 * 1024 * 1024
_LINES = """
FROM read_json({file}, format = 'newline_delimited', maximum_object_size = {size}, columns = {types})
WHERE {line} < {covered}
"""
_ALL = "CREATE OR REPLACE TEMP TABLE _incoming AS SELECT *" + _LINES
# By the keys alone: sorting or grouping whole rows takes many times their size in memory.
_NEWEST = _ALL + "AND {line} IN (SELECT max({line})" + _LINES + "GROUP BY {key})"
_IMAGES = "SELECT {key}, hash({columns}) FROM {table}"
# How many rows are the same as before, how many keys were known, and how many rows there were.
_COMPARED = """
SELECT
  (SELECT count(*) FROM (FROM _before INTERSECT {images})),
  (SELECT count(*) FROM {table} AS t SEMI JOIN _before AS i ON {same}),
  (SELECT count(*) FROM _before)
"""
_BURY = """
INSERT INTO _attio.deleted
SELECT {stream}, t.{key}, now(), i._merged_into, to_json(t)
FROM {table} AS t JOIN _incoming AS i ON {same} WHERE i._deleted
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
        line = orjson.dumps({**data, _LINE: self._waiting}, option=orjson.OPT_APPEND_NEWLINE)
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
        connection.execute("DROP TABLE _incoming")
        return loaded

    def _gather(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The newest row of each key, typed."""
        marks = [(mark, kind) for mark, kind in MARKS.items() if self.table.has_marks]
        columns = [(column.name, column.type) for column in self.table.columns] + marks
        types = [
            compose("{name}: ", name=name) + literal(kind) for name, kind in [*columns, (_LINE, "BIGINT")]
        ]
        connection.execute(
            compose(
                _NEWEST if self.table.primary_key else _ALL,
                file=literal(str(self._spool)),
                size=Verbatim(max(_ROOM, 2 * self._longest)),
                types=Verbatim("{" + ", ".join(types) + "}"),
                line=_LINE,
                covered=Verbatim(self._covered),
                key=self.table.primary_key,
            )
        )


def _replace(connection: duckdb.DuckDBPyConnection, table: Table) -> Loaded:
    if not table.primary_key:
        return _fresh(connection, table)
    columns = [column.name for column in table.columns]
    images = compose(_IMAGES, key=table.primary_key, columns=columns, table=table.stream)
    connection.execute("CREATE OR REPLACE TEMP TABLE _before AS " + images)
    written = _fresh(connection, table).added
    compared = compose(_COMPARED, images=images, table=table.stream, same=_same_key(table))
    kept, known, before = _numbers(connection, compared)
    connection.execute("DROP TABLE _before")
    return Loaded(added=written - known, changed=known - kept, deleted=before - known)


def _fresh(connection: duckdb.DuckDBPyConnection, table: Table) -> Loaded:
    """A table without a key, or whose columns had other types, cannot be compared with what was there."""
    connection.execute(
        compose("CREATE OR REPLACE TABLE {table} ({columns})", table=table.stream, columns=table.definition)
    )
    return Loaded(added=_changed(connection, _insert(table)))


def _merge(connection: duckdb.DuckDBPyConnection, table: Table) -> Loaded:
    parts = {"table": table.stream, "same": _same_key(table)}
    deleted = _bury(connection, table) if table.has_marks else 0
    matched = _changed(
        connection, compose("DELETE FROM {table} AS t USING _incoming AS i WHERE {same}", **parts)
    )
    added = _changed(connection, _insert(table))
    changed = matched - deleted
    return Loaded(added=added - changed, changed=changed, deleted=deleted)


def _bury(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Keep the last image of what is gone."""
    key = table.primary_key[0]
    parts = {"stream": literal(table.stream), "table": table.stream, "key": key, "same": _same_key(table)}
    return _changed(connection, compose(_BURY, **parts))


def _insert(table: Table) -> Verbatim:
    columns = [column.name for column in table.columns]
    alive = "WHERE NOT coalesce(_deleted, false)" if table.has_marks else ""
    statement = "INSERT INTO {table} ({columns}) SELECT {columns} FROM _incoming {alive}"
    return compose(statement, table=table.stream, columns=columns, alive=Verbatim(alive))


def _same_key(table: Table) -> Verbatim:
    return Verbatim(
        " AND ".join(compose("t.{key} = i.{key}", key=key) for key in table.primary_key) or "false"
    )


def _numbers(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int, int]:
    first, second, third = connection.execute(query).fetchone() or (0, 0, 0)
    return int(first), int(second), int(third)


def _changed(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Run a statement and say how many rows it touched."""
    answer = connection.execute(statement).fetchone()
    return int(answer[0]) if answer else 0


_WAYS = {"merge": _merge, "replace": _replace, "afresh": _fresh}
