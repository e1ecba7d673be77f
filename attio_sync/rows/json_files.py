"""Reads rows from JSON files: an array of objects, or one object per line.

A file is read twice, first to check all of it and then for its rows; memory holds one line or object of it.
Values stay as they are: the destination turns them into values of attributes.
"""

from __future__ import annotations

import codecs
from typing import IO, TYPE_CHECKING, NoReturn, cast

import duckdb
import orjson

from attio_sync.failures import WrongUsage
from attio_sync.rows.json_arrays import BrokenArrayError, elements_of
from attio_sync.rows.rows import Rows, SteadyFile
from attio_sync.sql import compose, literal
from destination_attio.model.targets import MOST_OF_ROW, UNREADABLE
from destination_attio.storage.database import open_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attio_api.wire import JsonObject

_BATCH = 1_000
_BLOCK = 1 << 20
_OBJECTS = "SELECT json FROM read_json_objects({file}, format = 'array')"
_TOO_LONG = f"more than {MOST_OF_ROW:,} bytes, the most that is taken of a row"
_HOW = "A file of rows is an array of objects, or has one object on each line."


def rows_of_json(file: SteadyFile) -> Rows:
    """The rows of an array of objects, or of one object per line."""
    path = file.path
    with file.opened() as opened:
        is_array = opened.read(4096).removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"["
    if not is_array:
        return Rows.counted(path, lambda: _lines(file))
    try:
        return Rows.counted(path, lambda: _objects(file))
    except (duckdb.Error, orjson.JSONDecodeError):
        # DuckDB tells no line of an error, and takes no row of any length.
        if _is_small(file):
            rows = _at_once(file)
            return Rows.counted(path, lambda: _still(file, rows))
        return Rows.counted(path, lambda: _elements(file))


def _objects(file: SteadyFile) -> Iterator[JsonObject]:
    """The objects of an array, which DuckDB splits while it holds a piece of the file at a time."""
    number = 0
    file.check()
    with open_database() as connection:
        cursor = connection.execute(compose(_OBJECTS, file=literal(str(file.place))))
        while batch := cursor.fetchmany(_BATCH):
            for (text,) in batch:
                number += 1
                yield _object(orjson.loads(text), f"{file.path}: row {number}")
    file.check()


def _is_small(file: SteadyFile) -> bool:
    with file.opened() as opened:
        return len(opened.read(MOST_OF_ROW + 1)) <= MOST_OF_ROW


def _elements(file: SteadyFile) -> Iterator[JsonObject]:
    """The objects of an array that is too long to be read at once."""
    number = 0
    try:
        with file.opened() as opened:
            for number, text in enumerate(elements_of(opened), start=1):
                if text is None:
                    yield {UNREADABLE: f"Row {number} has {_TOO_LONG}."}
                else:
                    yield _object(orjson.loads(text), f"{file.path}: row {number}")
    except (BrokenArrayError, orjson.JSONDecodeError) as error:
        reason = error.msg if isinstance(error, orjson.JSONDecodeError) else str(error)
        raise WrongUsage(f"{file.path} is not JSON: row {number}: {reason}. {_HOW}") from error


def _still(file: SteadyFile, rows: list[JsonObject]) -> Iterator[JsonObject]:
    """Rows that are held in memory, as long as the file has them as well."""
    file.check()
    yield from rows


def _at_once(file: SteadyFile) -> list[JsonObject]:
    try:
        with file.opened() as opened:
            rows = orjson.loads(opened.read().removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        _no_json(file.path, error.lineno, error)
    return [_object(row, f"{file.path}: row {number}") for number, row in enumerate(rows, start=1)]


def _lines(file: SteadyFile) -> Iterator[JsonObject]:
    with file.opened() as opened:
        for number, line in enumerate(_bounded(opened), start=1):
            if len(line) > MOST_OF_ROW:
                yield {UNREADABLE: f"Line {number} has {_TOO_LONG}."}
                continue
            text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if not text.strip():
                continue
            try:
                row = orjson.loads(text.rstrip())
            except orjson.JSONDecodeError as error:
                _no_json(file.path, number, error)
            yield _object(row, f"{file.path}: line {number}")


def _bounded(opened: IO[bytes]) -> Iterator[bytes]:
    """The lines; of one that is too long only the beginning, which is longer than a line may be."""
    while line := opened.readline(MOST_OF_ROW + 1):
        yield line
        rest = line[-1:] if len(line) > MOST_OF_ROW else b"\n"
        while rest and not rest.endswith(b"\n"):
            rest = opened.readline(_BLOCK)


def _object(row: object, where: str) -> JsonObject:
    if not isinstance(row, dict):
        raise WrongUsage(f"{where} is not a JSON object. {_HOW}")
    return cast("JsonObject", row)


def _no_json(path: Path, line: int, error: orjson.JSONDecodeError) -> NoReturn:
    if "UTF-8" in error.msg:
        raise WrongUsage(f"{path}, line {line}: not UTF-8 text.") from error
    raise WrongUsage(f"{path} is not JSON: line {line}, column {error.colno}: {error.msg}. {_HOW}") from error
