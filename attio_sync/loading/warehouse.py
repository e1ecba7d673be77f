"""The warehouse: a DuckDB file with one Attio workspace's tables and a memory of past pulls.

The schema `_attio` holds the workspace's id, each stream's state, the counts of each pull, and the last image
of records that are gone from Attio. `loader` puts the rows in.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast

import duckdb
import orjson

from attio_sync.failures import WrongUsage
from attio_sync.files import need_database
from attio_sync.loading.connection import for_writing
from attio_sync.loading.tables import definition
from attio_sync.sql import Verbatim, compose, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from attio_api.wire import JsonObject
    from attio_sync.loading.tables import Table

Outcome = TypeVar("Outcome")
Fit = Literal["new", "kept", "unfit"]

FORMAT = "1"
# What DuckDB may hold, however large the file is: beyond it rows go to disk. A table of very many columns
# needs more at once, and gets what the machine has when none of these will do.
LIMITS = ("80MB", "160MB", "320MB")
# Memory that DuckDB may keep between two pieces of work.
KEPT = "8MB"
# One, since each thread has buffers of its own.
THREADS = 1
# The second one is a commit that finds no room.
_NO_ROOM = (duckdb.OutOfMemoryException, duckdb.TransactionException)
_FETCHED = 10_000
_MEMORY = """
CREATE SCHEMA IF NOT EXISTS _attio;
CREATE TABLE IF NOT EXISTS _attio.about (fact VARCHAR, value VARCHAR);
CREATE TABLE IF NOT EXISTS _attio.tables (name VARCHAR);
CREATE TABLE IF NOT EXISTS _attio.columns (name VARCHAR, column_name VARCHAR);
CREATE TABLE IF NOT EXISTS _attio.state (stream VARCHAR, state JSON, saved_at TIMESTAMP WITH TIME ZONE);
CREATE TABLE IF NOT EXISTS _attio.pulls (
    pull VARCHAR, stream VARCHAR, finished_at TIMESTAMP WITH TIME ZONE,
    rows_read BIGINT, added BIGINT, changed BIGINT, deleted BIGINT
);
CREATE TABLE IF NOT EXISTS _attio.deleted (
    stream VARCHAR, id VARCHAR, noticed_at TIMESTAMP WITH TIME ZONE, merged_into VARCHAR, last_row JSON
);
"""


@contextmanager
def opened(path: Path) -> Iterator[Warehouse]:
    """Open the file for writing, creating it when it is new."""
    if path.exists():
        need_database(path)
    with for_writing(path) as connection:
        _spill(connection, path.with_name(f"{path.name}.tmp"))
        connection.execute(f"SET threads = {THREADS}")
        warehouse = Warehouse(connection, str(path))
        warehouse.whole(lambda inside: inside.execute(_MEMORY))
        yield warehouse


def _spill(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Put what does not fit in memory into a folder, without what a killed process left there.

    DuckDB takes no other folder once it has used one, so this comes before all work.
    """
    for left in folder.glob("duckdb_temp_*"):
        left.unlink()
    connection.execute(f"SET temp_directory = {literal(str(folder))}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What loading changed in one stream's table."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    deleted: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(
            rows=self.rows + other.rows,
            added=self.added + other.added,
            changed=self.changed + other.changed,
            deleted=self.deleted + other.deleted,
        )


class Warehouse:
    """One open file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: str) -> None:
        self.connection = connection
        self.path = path
        self._limits = list(LIMITS)
        self._limit()

    def whole(self, work: Callable[[duckdb.DuckDBPyConnection], Outcome]) -> Outcome:
        """Run the work in one transaction; one that runs out of memory is repeated with more of it."""
        while True:
            try:
                return self._once(work)
            except _NO_ROOM:
                if not self._limits:
                    raise
                self._limits.pop(0)
                self._limit()

    def _limit(self) -> None:
        """Set the present memory limit, after making DuckDB free what it keeps from earlier work."""
        with suppress(duckdb.OutOfMemoryException):  # memory in use stays
            self.connection.execute(f"SET memory_limit = '{KEPT}'")
        first = next(iter(self._limits), None)
        self.connection.execute(f"SET memory_limit = '{first}'" if first else "RESET memory_limit")

    def _once(self, work: Callable[[duckdb.DuckDBPyConnection], Outcome]) -> Outcome:
        self.connection.begin()
        try:
            outcome = work(self.connection)
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()
        self._limit()
        return outcome

    def claim(self, workspace_id: str, workspace_name: str) -> None:
        """Check that the file belongs to this workspace; a new file is given to it."""
        rows = self.connection.execute("SELECT fact, value FROM _attio.about").fetchall()
        facts = {str(fact): str(value) for fact, value in rows}
        if not facts:
            about = [("format", FORMAT), ("workspace_id", workspace_id), ("workspace_name", workspace_name)]
            self.whole(lambda inside: inside.executemany("INSERT INTO _attio.about VALUES (?, ?)", about))
        elif facts.get("workspace_id") != workspace_id:
            raise WrongUsage(
                f"{self.path} holds the workspace '{facts.get('workspace_name')}', "
                f"and this token opens '{workspace_name}'. Choose another file, or another token."
            )

    def states(self) -> dict[str, JsonObject]:
        """Each stream's state, in the source's own form."""
        rows = self.connection.execute("SELECT stream, state FROM _attio.state").fetchall()
        return {str(stream): cast("JsonObject", orjson.loads(state)) for stream, state in rows}

    def save_state(self, stream: str, state: JsonObject | None) -> None:
        """Store a stream's state; None removes it."""
        self.connection.execute("DELETE FROM _attio.state WHERE stream = ?", [stream])
        if state is not None:
            values = [stream, orjson.dumps(state).decode()]
            self.connection.execute("INSERT INTO _attio.state VALUES (?, ?, now())", values)

    def remember_pull(self, pull: str, loaded: Mapping[str, Loaded]) -> None:
        """Store the counts of a pull, for queries about the past."""
        rows = [
            [pull, stream, one.rows, one.added, one.changed, one.deleted] for stream, one in loaded.items()
        ]
        insert = "INSERT INTO _attio.pulls VALUES (?, ?, now(), ?, ?, ?, ?)"
        self.whole(lambda inside: [inside.execute(insert, row) for row in rows])

    def tables(self) -> list[str]:
        """The tables that pulls made; all others belong to the user."""
        rows = self.connection.execute("SELECT name FROM _attio.tables ORDER BY name").fetchall()
        return [str(row[0]) for row in rows]

    def shape(self, table: str) -> dict[str, str] | None:
        """A table's columns and types; None when there is no such table."""
        rows = self.connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'main' AND table_name = ? ORDER BY ordinal_position",
            [table],
        ).fetchall()
        return {str(column): str(kind) for column, kind in rows} or None

    def count(self, table: str) -> int:
        """The number of a table's rows."""
        found = self.connection.execute(compose("SELECT count(*) FROM {table}", table=table)).fetchone()
        return int(found[0]) if found else 0

    def fit(self, table: Table) -> tuple[Fit, Table]:
        """Give the table the stream's columns; returns how it fits, and it with the user's columns."""
        wanted = self._as_stored(table)
        present = self.shape(table.stream)
        if present is None:
            self._create(table)
            return "new", table
        if table.stream not in self.tables():
            raise WrongUsage(
                f"{self.path} has a table '{table.stream}' that is not from Attio and will not be touched. "
                "Pull into another file, or leave that stream out with --stream."
            )
        made = self._made(table.stream) or {*wanted}
        theirs = {column: kind for column, kind in present.items() if column not in made}
        self._refuse_shared(table.stream, theirs.keys() & wanted.keys())
        table = replace(table, others=tuple(theirs.items()))
        if any(present[column] != kind for column, kind in wanted.items() if column in present):
            self._remember_columns(table.stream, wanted)
            return "unfit", table
        ours = [column for column in present if column not in theirs and column not in wanted]
        self._alter(table.stream, "ADD COLUMN", [(c, k) for c, k in wanted.items() if c not in present])
        self._alter(table.stream, "DROP COLUMN", [(column, "") for column in ours])
        self._remember_columns(table.stream, wanted)
        return "kept", table

    def _create(self, table: Table) -> None:
        def create(inside: duckdb.DuckDBPyConnection) -> None:
            inside.execute("DELETE FROM _attio.tables WHERE name = ?", [table.stream])
            inside.execute("INSERT INTO _attio.tables VALUES (?)", [table.stream])
            inside.execute(
                compose("CREATE TABLE {name} ({columns})", name=table.stream, columns=table.definition)
            )

        self.whole(create)
        self._remember_columns(table.stream, (column.name for column in table.columns))

    def _made(self, table: str) -> set[str]:
        """The columns that pulls made; empty for a table of an older version."""
        query = "SELECT column_name FROM _attio.columns WHERE name = ?"
        return {str(row[0]) for row in self.connection.execute(query, [table]).fetchall()}

    def _remember_columns(self, table: str, columns: Iterable[str]) -> None:
        def remember(inside: duckdb.DuckDBPyConnection) -> None:
            inside.execute("DELETE FROM _attio.columns WHERE name = ?", [table])
            # In one statement: a workspace has hundreds of columns, and every pull comes by here.
            inside.execute(
                "INSERT INTO _attio.columns SELECT ?, unnest(CAST(? AS VARCHAR[]))", [table, [*columns]]
            )

        self.whole(remember)

    def _refuse_shared(self, table: str, columns: Iterable[str]) -> None:
        for column in columns:
            raise WrongUsage(
                f"The table '{table}' in {self.path} has a column '{column}' of your own, and Attio has an "
                "attribute of that name now. Rename yours, then pull again."
            )

    def ids(self, table: str, key: str) -> Iterator[str]:
        """The ids of all rows of a table."""
        with for_writing(Path(self.path)) as beside:
            found = beside.execute(compose("SELECT {key} FROM {table}", key=key, table=table))
            while batch := found.fetchmany(_FETCHED):
                yield from (str(row_id) for (row_id,) in batch)

    def _as_stored(self, table: Table) -> dict[str, str]:
        """The table's types in DuckDB's own spelling."""
        shape = table.free("_shape")
        self.connection.execute(
            compose("CREATE OR REPLACE TEMP TABLE {shape} ({columns})", shape=shape, columns=table.definition)
        )
        rows = self.connection.execute(compose("DESCRIBE {shape}", shape=shape)).fetchall()
        self.connection.execute(compose("DROP TABLE {shape}", shape=shape))
        return {str(row[0]): str(row[1]) for row in rows}

    def _alter(self, table: str, action: str, columns: Sequence[tuple[str, str]]) -> None:
        alter = compose("ALTER TABLE {table} {action} ", table=table, action=Verbatim(action))
        self.whole(lambda inside: [inside.execute(alter + definition([column])) for column in columns])
