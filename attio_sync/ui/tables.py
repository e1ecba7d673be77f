"""The pulled tables as pages show them; the file is opened for each request and closed after it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb

from attio_sync.failures import explain, first_sentence, unreadable_database
from attio_sync.files import need_database
from attio_sync.loading.connection import for_writing
from attio_sync.sql import compose
from destination_attio.storage.database import open_database

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.room import Room

_LAST: Final = 20
_LATEST: Final = """
SELECT stream, strftime(finished_at, '%Y-%m-%dT%H:%M:%S+00:00'), rows_read, added, changed, deleted
FROM _attio.pulls QUALIFY row_number() OVER (PARTITION BY stream ORDER BY finished_at DESC) = 1
"""
_PULLS: Final = """
SELECT strftime(finished_at, '%Y-%m-%dT%H:%M:%S+00:00'), rows_read, added, changed, deleted FROM _attio.pulls
WHERE stream = ? ORDER BY finished_at DESC LIMIT ?
"""
_COLUMNS: Final = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'main' AND table_name = ? ORDER BY ordinal_position
"""
KNOWS: Final = {
    "exact": "edits, cleared values and deletions",
    "digests": "edits and cleared values; deletions by the next whole pass",
    "watermark": "edits; cleared values and deletions by the next whole pass",
    "whole": "all of it, read anew each time",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """The counts of one pull of one table."""

    at: str
    read: int
    added: int
    changed: int
    deleted: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TableView:
    """One table as a page lists it; `knows` says which changes its pulls find."""

    name: str
    rows: int = 0
    last: Pull | None = None
    knows: str = ""
    problem: str = ""
    """Why the table cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """All pulled tables of the file, or in `problem` the sentence on why they cannot be read."""

    path: str = ""
    workspace: str = ""
    tables: tuple[TableView, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """The columns and the last pulls of one table."""

    view: TableView
    columns: tuple[tuple[str, str], ...]
    pulls: tuple[Pull, ...]


def tables(room: Room) -> Tables:
    """The pulled tables of the room's file."""
    if room.warehouse is None:
        return Tables()
    path = room.warehouse
    if not path.is_file():
        return Tables(path=path.name)
    try:
        with room.reading() as is_being_written, _opened(path, is_being_written=is_being_written) as inside:
            return Tables(path=path.name, workspace=_workspace(inside), tables=tuple(_views(inside)))
    except Exception as error:
        stop = explain(error)
        if stop is None:
            raise
        told = str(stop) if path.name in str(stop) else f"{path} cannot be read: {stop}"
        return Tables(path=path.name, problem=told)


def table(room: Room, name: str) -> Detail | None:
    """One pulled table, or None where there is none of that name."""
    if room.warehouse is None or not room.warehouse.is_file():
        return None
    with (
        room.reading() as is_being_written,
        _opened(room.warehouse, is_being_written=is_being_written) as inside,
    ):
        view = next((one for one in _views(inside) if one.name == name), None)
        if view is None:
            return None
        columns = inside.execute(_COLUMNS, [name]).fetchall()
        pulls = inside.execute(_PULLS, [name, _LAST]).fetchall()
    return Detail(view=view, columns=tuple(columns), pulls=tuple(_pull(one) for one in pulls))


def _opened(path: Path, *, is_being_written: bool) -> duckdb.DuckDBPyConnection:
    need_database(path)
    if is_being_written:
        return for_writing(path)
    try:
        connection = open_database(str(path), read_only=True)
    except duckdb.Error as error:
        raise unreadable_database(str(path), error) from error
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _workspace(inside: duckdb.DuckDBPyConnection) -> str:
    if not _has(inside, "about"):
        return ""
    found = inside.execute("SELECT value FROM _attio.about WHERE fact = 'workspace_name'").fetchone()
    return str(found[0]) if found else ""


def _has(inside: duckdb.DuckDBPyConnection, table: str) -> bool:
    query = "SELECT count(*) FROM information_schema.tables WHERE table_schema = '_attio' AND table_name = ?"
    found = inside.execute(query, [table]).fetchone()
    return bool(found and found[0])


def _views(inside: duckdb.DuckDBPyConnection) -> list[TableView]:
    if not _has(inside, "tables"):
        return []
    last = {str(row[0]): _pull(row[1:]) for row in inside.execute(_LATEST).fetchall()}
    states = dict(inside.execute("SELECT stream, state FROM _attio.state").fetchall())
    names = [str(row[0]) for row in inside.execute("SELECT name FROM _attio.tables ORDER BY name").fetchall()]
    present = {str(row[0]) for row in inside.execute("SHOW TABLES").fetchall()}
    return [_view(inside, name, last.get(name), states.get(name)) for name in names if name in present]


def _view(inside: duckdb.DuckDBPyConnection, name: str, last: Pull | None, state: str | None) -> TableView:
    """A table as a page lists it; a damaged one has the reason in place of its figures."""
    try:
        rows = int(_one(inside, compose("SELECT count(*) FROM {table}", table=name)))
        return TableView(name=name, rows=rows, last=last, knows=KNOWS[_memory(state)])
    except duckdb.Error as error:
        return TableView(
            name=name, last=last, problem=f"Its rows cannot be read: {first_sentence(str(error))}"
        )
    except ValueError:
        return TableView(name=name, last=last, problem="What is kept about its pulls is damaged.")


def _one(inside: duckdb.DuckDBPyConnection, query: str) -> Any:  # noqa: ANN401 -- one value
    found = inside.execute(query).fetchone()
    return found[0] if found else 0


def _memory(state: str | None) -> str:
    """The kind of memory in a stream's state, as the source names it; "whole" where there is no state.

    Raises ValueError for a state that is none.
    """
    if state is None:
        return "whole"
    found = json.loads(state)
    if not isinstance(found, dict):
        raise ValueError("A state is an object.")  # noqa: TRY004 -- wrong content, as for broken JSON
    memory = found.get("memory")
    kind = memory.get("kind") if isinstance(memory, dict) else memory
    return str(kind) if kind in KNOWS else "exact"


def _pull(row: tuple[Any, ...]) -> Pull:
    at, read, added, changed, deleted = row
    return Pull(at=str(at), read=read, added=added, changed=changed, deleted=deleted)
