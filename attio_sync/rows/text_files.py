"""Rows out of text files: CSV, a JSON array, one JSON object a line.

A file is read twice, first to see that all of it is sound and then for its rows; memory holds a line or an
object of it. Values are handed on as they are: what they mean in Attio is the destination's business.
"""

from __future__ import annotations

import codecs
import csv
import io
from itertools import chain
from typing import IO, TYPE_CHECKING, NoReturn, cast

import duckdb
import orjson

from attio_sync.failures import WrongUsage
from attio_sync.rows.rows import Rows, SteadyFile
from attio_sync.sql import compose, literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attio_api.wire import JsonObject

_BATCH = 1_000
_OBJECTS = "SELECT json FROM read_json_objects({file}, format = 'array')"
_HOW = "A file of rows is an array of objects, or has one object on each line."


def rows_of_json(path: Path, _table: str | None = None) -> Rows:
    """An array of objects, or one object a line."""
    file = SteadyFile(path)
    with file.opened() as opened:
        is_array = opened.read(4096).removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"["
    if not is_array:
        return Rows.counted(path, lambda: _lines(file))
    try:
        return Rows.counted(path, lambda: _objects(file))
    except (duckdb.Error, orjson.JSONDecodeError):
        # Whoever reads in pieces cannot say where in the file it went wrong, nor take a row of any length.
        rows = _at_once(path)
        return Rows.counted(path, lambda: iter(rows))


def _objects(file: SteadyFile) -> Iterator[JsonObject]:
    """The objects of an array, taken apart by DuckDB, which holds a piece of the file at a time."""
    number = 0
    file.check()
    with duckdb.connect() as connection:
        cursor = connection.execute(compose(_OBJECTS, file=literal(str(file.path))))
        while batch := cursor.fetchmany(_BATCH):
            for (text,) in batch:
                number += 1
                yield _object(orjson.loads(text), f"{file.path}: row {number}")
    file.check()


def _at_once(path: Path) -> list[JsonObject]:
    try:
        rows = orjson.loads(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        _no_json(path, error.lineno, error)
    return [_object(row, f"{path}: row {number}") for number, row in enumerate(rows, start=1)]


def _lines(file: SteadyFile) -> Iterator[JsonObject]:
    with file.opened() as opened:
        for number, line in enumerate(opened, start=1):
            text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if not text.strip():
                continue
            try:
                row = orjson.loads(text.rstrip())
            except orjson.JSONDecodeError as error:
                _no_json(file.path, number, error)
            yield _object(row, f"{file.path}: line {number}")


def _object(row: object, where: str) -> JsonObject:
    if not isinstance(row, dict):
        raise WrongUsage(f"{where} is not a JSON object. {_HOW}")
    return cast("JsonObject", row)


def _no_json(path: Path, line: int, error: orjson.JSONDecodeError) -> NoReturn:
    if "UTF-8" in error.msg:
        raise WrongUsage(f"{path}, line {line}: not UTF-8 text.") from error
    raise WrongUsage(f"{path} is not JSON: line {line}, column {error.colno}: {error.msg}. {_HOW}") from error


def rows_of_csv(path: Path, _table: str | None = None) -> Rows:
    """Every value stays text, so that '007' keeps its zeros; an empty field is no value.

    Columns without a name, as spreadsheets leave them, are no columns.
    """
    file = SteadyFile(path)
    header, count = _checked(file)

    def read() -> Iterator[JsonObject]:
        with file.opened() as opened:
            body = _records(path, opened)
            next(body)
            for _, record in body:
                yield {
                    name: value or None for name, value in zip(header, record, strict=True) if name.strip()
                }

    return Rows(name=str(path), columns=tuple(filter(str.strip, header)), count=count, read=read)


def _checked(file: SteadyFile) -> tuple[list[str], int]:
    """The header and the number of rows, all of which have as many fields."""
    path, count = file.path, 0
    with file.opened() as opened:
        records = _records(path, opened)
        header = next(records, (1, []))[1]
        if not any(header):
            raise WrongUsage(f"{path} has no header line.")
        twice = next((name for name in header if name.strip() and header.count(name) > 1), None)
        if twice is not None:
            raise WrongUsage(f"{path} has two columns called '{twice}'.")
        for line, record in records:
            count += 1
            if len(record) != len(header):
                raise WrongUsage(
                    f"{path}, line {line}: {len(record)} fields where the header has {len(header)}."
                )
    return header, count


def _records(path: Path, opened: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not empty, with the line it begins on."""
    begins = 1
    try:
        with io.TextIOWrapper(opened, encoding="utf-8-sig", newline="") as text:
            first = text.readline()
            reader = csv.reader(chain([first], text), delimiter=_delimiter(first), strict=True)
            for record in reader:
                if record:
                    yield begins, record
                begins = reader.line_num + 1
    except csv.Error as error:
        raise WrongUsage(f"{path}, line {begins}: {_damage(str(error))}") from error
    except UnicodeDecodeError as error:
        line = _first_other(path)
        raise WrongUsage(f"{path}, line {line}: not UTF-8 text. Save the file as 'CSV UTF-8'.") from error


def _delimiter(header: str) -> str:
    """The one of comma, semicolon and tab that the header line uses most."""
    return max(",;\t", key=header.count)


def _damage(reason: str) -> str:
    if "expected after" in reason:
        return "a quotation mark inside a value has to be doubled."
    return "a quotation mark opens a value here, and none closes it."


def _first_other(path: Path) -> int:
    """The first line that is not UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1
