"""Rows to write to Attio: from a JSON, CSV, Parquet or DuckDB file, or from a query.

Values are handed on as they are; what a column means in Attio is the destination's business.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import decimal
import io
import uuid
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb
import orjson

from attio_sync.failures import WrongUsage, first_sentence, unreadable_database
from attio_sync.files import need_database
from attio_sync.sql import Verbatim, compose, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attio_api.wire import Json, JsonObject

BATCH = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """A table of the warehouse: its name for people, its columns, its rows as often as they are asked for."""

    name: str
    columns: tuple[str, ...]
    count: int | None
    read: Callable[[], Iterator[JsonObject]] = field(repr=False)

    def need(self, columns: list[str]) -> None:
        """Stop, naming the first of these columns that is missing."""
        for column in columns:
            if column not in self.columns:
                raise WrongUsage(f"{self.name} has no column '{column}'{self._instead_of(column)}")

    def _instead_of(self, column: str) -> str:
        near = get_close_matches(column, self.columns, n=1)
        meant = f"; did you mean '{near[0]}'?" if near else "."
        return f"{meant} Its columns: {', '.join(self.columns) or 'none'}."


def rows_of_file(path: Path, *, table: str | None = None) -> Rows:
    """The rows of a file, read as its ending says; `table` names one inside a DuckDB file."""
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.")
    if path.suffix.lower() not in READERS:
        raise WrongUsage(f"{path} ends in none of {', '.join(READERS)}, so its format is unknown.")
    return READERS[path.suffix.lower()](path, table)


def rows_of_query(database: Path, sql: str) -> Rows:
    """The rows that a query finds in a DuckDB file, which is opened for reading only."""
    return _from_duckdb(str(database), sql, name="The query")


def _json(path: Path, _table: str | None) -> Rows:
    raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    rows = _json_array(path, raw) if raw.lstrip()[:1] == b"[" else _json_lines(path, raw)
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return Rows(name=str(path), columns=columns, count=len(rows), read=lambda: iter(rows))


def _json_array(path: Path, raw: bytes) -> list[JsonObject]:
    try:
        rows = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise WrongUsage(
            f"{path} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise WrongUsage(f"{path}: row {number} is not a JSON object.")
    return cast("list[JsonObject]", rows)


def _json_lines(path: Path, raw: bytes) -> list[JsonObject]:
    rows: list[JsonObject] = []
    for number, line in enumerate(raw.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise WrongUsage(
                f"{path} is not JSON: line {number}, column {error.colno}: {error.msg}."
            ) from error
        if not isinstance(row, dict):
            raise WrongUsage(f"{path}: line {number} is not a JSON object.")
        rows.append(row)
    return rows


def _no_json(path: Path, line: int, error: orjson.JSONDecodeError) -> WrongUsage:
    return WrongUsage(f"{path} is not JSON: line {line}, column {error.colno}: {error.msg}.")


def _csv(path: Path, _table: str | None) -> Rows:
    """Every value stays text, so that '007' keeps its zeros; an empty field is no value."""
    text = _decoded(path)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    header = next(records, (1, []))[1]
    if not any(header):
        raise WrongUsage(f"{path} has no header line.")
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise WrongUsage(f"{path} has two columns called '{twice}'.")
    count = 0
    for line, record in records:
        count += 1
        if len(record) != len(header):
            raise WrongUsage(f"{path}, line {line}: {len(record)} fields where the header has {len(header)}.")

    def read() -> Iterator[JsonObject]:
        body = _records(text, delimiter)
        next(body)
        for _, record in body:
            yield {name: value or None for name, value in zip(header, record, strict=True)}

    return Rows(name=str(path), columns=tuple(header), count=count, read=read)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise WrongUsage(f"{path}, line {line}: not UTF-8 text. Save the file as 'CSV UTF-8'.") from error


def _delimiter(text: str) -> str:
    """The one of comma, semicolon and tab that the header line uses most."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            if record:
                yield reader.line_num, record
    except csv.Error as error:
        raise WrongUsage(f"The CSV file is damaged at line {reader.line_num}: {error}.") from error


def _parquet(path: Path, _table: str | None) -> Rows:
    query = compose("SELECT * FROM read_parquet({file})", file=literal(str(path)))
    return _from_duckdb(":memory:", query, name=str(path))


def _duckdb(path: Path, table: str | None) -> Rows:
    if table is None:
        raise WrongUsage(f"{path} may hold many tables: name one with --table, or write a query with --sql.")
    return _from_duckdb(str(path), compose("SELECT * FROM {table}", table=table), name=f"The table '{table}'")


def _from_duckdb(database: str, sql: str, *, name: str) -> Rows:
    query = Verbatim(sql.strip().rstrip(";"))
    with _opened(database) as connection:
        try:
            columns = connection.execute(compose("DESCRIBE {query}", query=query)).fetchall()
            counted = connection.execute(compose("SELECT count(*) FROM ({query}\n)", query=query)).fetchone()
        except duckdb.Error as error:
            raise WrongUsage(f"{name} cannot be read: {first_sentence(str(error))}") from error
    converters = [_CONVERTERS.get(str(column[1]), plain) for column in columns]
    names = tuple(str(column[0]) for column in columns)

    def read() -> Iterator[JsonObject]:
        with _opened(database) as connection:
            cursor = connection.execute(query)
            while batch := cursor.fetchmany(BATCH):
                for values in batch:
                    yield {n: c(v) for n, c, v in zip(names, converters, values, strict=True)}

    return Rows(name=name, columns=names, count=int(counted[0]) if counted else 0, read=read)


def _opened(database: str) -> duckdb.DuckDBPyConnection:
    if database != ":memory:":
        if not Path(database).is_file():
            raise WrongUsage(f"There is no file {database}.")
        need_database(Path(database))
    try:
        connection = duckdb.connect(database, read_only=database != ":memory:")
    except duckdb.Error as error:
        raise unreadable_database(database, error) from error
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def plain(value: object) -> Json:
    """A value of a warehouse as plain JSON."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    for kind, convert in _PLAIN:
        if isinstance(value, kind):
            return convert(value)
    return str(value)


def _number(value: decimal.Decimal) -> Json:
    return int(value) if value == value.to_integral_value() else float(value)


_PLAIN: tuple[tuple[type, Callable[..., Json]], ...] = (
    (decimal.Decimal, _number),
    (dt.datetime, dt.datetime.isoformat),
    (dt.date, dt.date.isoformat),
    (uuid.UUID, str),
)


def _parsed(value: object) -> Json:
    return cast("Json", orjson.loads(value)) if isinstance(value, str) else plain(value)


_CONVERTERS: dict[str, Callable[[object], Json]] = {"JSON": _parsed}


READERS: dict[str, Callable[[Path, str | None], Rows]] = {
    ".json": _json,
    ".jsonl": _json,
    ".ndjson": _json,
    ".csv": _csv,
    ".tsv": _csv,
    ".parquet": _parquet,
    ".duckdb": _duckdb,
}
