"""Reads rows with DuckDB: from a query, a table in a DuckDB file, or a Parquet file.

Values keep their types; the destination turns them into values of attributes.
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import duckdb
import orjson

from attio_sync.failures import WrongUsage, first_sentence, unreadable_database
from attio_sync.files import need_database
from attio_sync.rows.rows import FileChanged, Rows, SteadyFile
from attio_sync.sql import Verbatim, compose, literal
from destination_attio.storage.database import open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from attio_api.wire import Json, JsonObject

BATCH = 1_000
_ROOM = 1 << 24
"""Characters of rows that are held at once."""
_MEMORY = ":memory:"
_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY ALL"


def rows_of_query(database: Path, sql: str) -> Rows:
    """The rows of a query on a DuckDB file, which is opened for reading only."""
    return _from_duckdb(_steady(database), str(database), sql, name="The query")


def rows_of_parquet(file: SteadyFile) -> Rows:
    """The rows of a Parquet file, with its types."""
    query = compose("SELECT * FROM read_parquet({file})", file=literal(str(file.place)))
    return _from_duckdb(file, _MEMORY, query, name=str(file.path))


def rows_of_table(path: Path, table: str | None) -> Rows:
    """The rows of one table of a DuckDB file."""
    file = _steady(path)
    with _opened(str(path)) as connection:
        there = [str(one[0]) for one in connection.execute(_TABLES).fetchall()]
    if table is None or table not in there:
        which = f"has no table '{table}'" if table else "may hold many tables"
        raise WrongUsage(
            f"{path} {which}: name one with --table, or write a query with --sql. "
            f"There are: {', '.join(there) or 'none'}."
        )
    query = compose("SELECT * FROM {table}", table=table)
    return _from_duckdb(file, str(path), query, name=f"The table '{table}'")


def _steady(database: Path) -> SteadyFile:
    """A DuckDB file, of which the last changes stand beside it."""
    return SteadyFile(database, beside=(database.with_name(f"{database.name}.wal"),))


def _from_duckdb(file: SteadyFile, database: str, sql: str, *, name: str) -> Rows:
    with _opened(database) as connection:
        try:
            query = _only_query(connection, sql)
            columns = _described(connection, query)
            counted = connection.execute(compose("SELECT count(*) FROM ({query}\n)", query=query)).fetchone()
        except duckdb.Error as error:
            raise WrongUsage(f"{name} cannot be read: {first_sentence(str(error))}") from error
    names = tuple(column for column, _ in columns)
    if twice := [column for column in names if names.count(column) > 1]:
        raise WrongUsage(f"{name} has two columns called '{twice[0]}'.")

    found = _Found(name=name, file=file, database=database, query=query, kinds=dict(columns))
    return Rows(
        name=name,
        columns=names,
        count=int(counted[0]) if counted else 0,
        read=found.rows,
        filled=found.filled,
        narrowed=found.narrowed,
    )


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The result of a query, with the types of its columns."""

    name: str
    file: SteadyFile
    database: str
    query: Verbatim
    kinds: Mapping[str, str]

    def narrowed(self, wanted: frozenset[str]) -> Callable[[], Iterator[JsonObject]]:
        """A reader of these columns alone; of all where it has none of them."""
        chosen = {column: kind for column, kind in self.kinds.items() if column in wanted}
        if not chosen:
            return self.rows
        query = compose("SELECT {columns} FROM ({query}\n)", columns=list(chosen), query=self.query)
        return replace(self, query=query, kinds=chosen).rows

    def filled(self) -> dict[str, int]:
        """The number of non-empty cells of each column."""
        counts = [compose("count({column})", column=column) for column in self.kinds]
        query = compose("SELECT {counts} FROM ({query}\n)", counts=counts, query=self.query)
        self.file.check()
        with _opened(self.database) as connection:
            return dict(zip(self.kinds, connection.execute(query).fetchone() or (), strict=True))

    def rows(self) -> Iterator[JsonObject]:
        """The rows, one by one; raises FileChanged where the file is not the one that was read first.

        The columns are compared as well, since a query may name other files.
        """
        names = tuple(self.kinds)
        converters = map(_converter, self.kinds.values())
        converted = [(at, convert) for at, convert in enumerate(converters) if convert]
        self.file.check()
        with _opened(self.database) as connection:
            self._need_same_columns(connection)
            for values in _few_at_once(connection.execute(self.query)):
                plains: list[Json] = list(values)
                for at, convert in converted:
                    if plains[at] is not None:
                        plains[at] = convert(plains[at])
                yield dict(zip(names, plains, strict=True))
        self.file.check()

    def _need_same_columns(self, connection: duckdb.DuckDBPyConnection) -> None:
        try:
            found = _described(connection, self.query)
        except duckdb.Error:  # a column that the query names is gone
            found = []
        if found != list(self.kinds.items()):
            raise FileChanged(
                f"{self.name} was changed while it was read: its columns are others now. Run this again when "
                "it is complete."
            )


def _few_at_once(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows, of which fewer are held where they are long."""
    most = 1
    while batch := cursor.fetchmany(most):
        length = sum(len(one) for row in batch for one in row if isinstance(one, str))
        yield from batch
        most = max(min(2 * most, _ROOM * len(batch) // max(length, 1), BATCH), 1)


def _described(connection: duckdb.DuckDBPyConnection, query: Verbatim) -> list[tuple[str, str]]:
    """The columns of a query with their types, in their order."""
    columns = connection.execute(compose("DESCRIBE {query}", query=query)).fetchall()
    return [(str(column[0]), str(column[1])) for column in columns]


def _converter(kind: str) -> Callable[[object], Json] | None:
    """What turns a column's values into JSON; None where they come as JSON has them."""
    return None if kind in _AS_THEY_COME else _CONVERTERS.get(kind, plain)


def _only_query(connection: duckdb.DuckDBPyConnection, sql: str) -> Verbatim:
    """The text, if it is one query; a second statement might write to any file."""
    found = connection.extract_statements(sql)
    if [one.type for one in found] != [duckdb.StatementType.SELECT]:
        raise WrongUsage("--sql takes one query that gives rows, such as SELECT, FROM or WITH … SELECT.")
    return Verbatim(found[0].query.strip().rstrip(";"))


def _opened(database: str) -> duckdb.DuckDBPyConnection:
    if database != _MEMORY:
        if not Path(database).is_file():
            raise WrongUsage(f"There is no file {database}.")
        need_database(Path(database))
    try:
        connection = open_database(database, read_only=database != _MEMORY)
    except duckdb.Error as error:
        raise unreadable_database(database, error) from error
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def plain(value: object) -> Json:
    """A value of a warehouse as JSON."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, float) and math.isnan(value):
        return None  # how data frames write a missing value
    if value is None or isinstance(value, (str, int, float)):
        return value
    for kind, convert in _PLAIN:
        if isinstance(value, kind):
            return convert(value)
    return str(value)


def _number(value: decimal.Decimal) -> Json:
    return int(value) if value == value.to_integral_value() else float(value)


def _text(value: bytes) -> str:
    """Bytes of a Parquet file as text, which older programs mean by them; else as hexadecimal digits."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


_PLAIN: tuple[tuple[type, Callable[..., Json]], ...] = (
    (decimal.Decimal, _number),
    (dt.datetime, dt.datetime.isoformat),
    (dt.date, dt.date.isoformat),
    (uuid.UUID, str),
    (bytes, _text),
)


def _parsed(value: object) -> Json:
    return cast("Json", orjson.loads(value)) if isinstance(value, str) else plain(value)


_AS_THEY_COME = frozenset(
    {"VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT"}
    | {"VARCHAR[]", "BIGINT[]", "BOOLEAN[]"}
)
"""Types whose values DuckDB gives as JSON has them."""
_CONVERTERS: dict[str, Callable[[object], Json]] = {"JSON": _parsed}
