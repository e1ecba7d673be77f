"""Loads a stream's rows into its table, in one transaction with the state that covers them.

Rows wait in a file beside the database and enter it many at once, with the newest state that covers them. So
whenever the process dies, the database holds a state and exactly the rows before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING

import orjson

from attio_api.memory import give_back
from attio_sync.loading.incoming import LINE, Incoming
from attio_sync.loading.warehouse import Loaded
from source_attio.decode.printing import parsed, printed

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from attio_api.wire import JsonObject
    from attio_sync.loading.incoming import Way
    from attio_sync.loading.tables import Table
    from attio_sync.loading.warehouse import Warehouse

COMMIT_EVERY = 50_000
_COMMIT_BYTES = 12 << 20
"""Bytes of rows per commit, whose memory grows with them."""


class Load:
    """Loads one stream into one table: merged as rows come, or replaced when the stream is complete."""

    def __init__(
        self, warehouse: Warehouse, table: Table, *, spool: Path, way: Way, commit_every: int = COMMIT_EVERY
    ) -> None:
        self.table = table
        self.way = way
        self.loaded = Loaded()
        self._warehouse = warehouse
        self._spool = spool
        self._line_name = orjson.dumps(table.free(LINE))
        self._commit_every = commit_every
        self._renamed = {c.member: c.name for c in table.columns if c.member != c.name}
        self._file: IO[bytes] = spool.open("wb")
        self._longest = 0
        self._waiting = 0
        self._covered = 0
        self._state: JsonObject | None = None

    def row(self, data: JsonObject) -> None:
        """Add one row."""
        if self._renamed:
            data = {self._renamed.get(name, name): value for name, value in data.items()}
        self._write(printed(data)[0])

    def printed(self, row: bytes) -> None:
        """Add one row that is JSON already."""
        if self._renamed:
            self.row(parsed(row))
        else:
            self._write(row)

    def _write(self, row: bytes) -> None:
        """Write a row to the file, with its number as the last member (the only one of an empty object)."""
        comma = b"" if row == b"{}" else b","
        line = b"%b%b%b:%d}\n" % (row[:-1], comma, self._line_name, self._waiting)
        self._file.write(line)
        self._longest = max(self._longest, len(line))
        self._waiting += 1

    def checkpoint(self, state: JsonObject) -> None:
        """Note a state; with enough rows before it, both are committed."""
        self._state = state
        self._covered = self._waiting
        if self.way == "merge" and (
            self._waiting >= self._commit_every or self._file.tell() >= _COMMIT_BYTES
        ):
            self._commit()

    def complete(self) -> None:
        """Commit everything, since the stream was read to its end."""
        self._covered = self._waiting
        self._commit()
        self.close()

    def abandon(self) -> None:
        """Commit the rows that a state covers, unless the whole table was to be replaced."""
        if self._state is not None and self.way == "merge":
            self._commit()
        self.close()

    def close(self) -> None:
        """Drop the rows that still wait."""
        self._file.close()
        self._spool.unlink(missing_ok=True)

    def _commit(self) -> None:
        self._file.flush()
        give_back()
        loaded = self._warehouse.whole(self._take_in)
        self.loaded += replace(loaded, rows=self._covered)
        self._file.seek(0)
        self._file.truncate()
        self._waiting = self._covered = 0
        self._state = None

    def _take_in(self, connection: duckdb.DuckDBPyConnection) -> Loaded:
        incoming = Incoming(table=self.table, file=self._spool, covered=self._covered, longest=self._longest)
        loaded = incoming.take_in(connection, self.way)
        if self._state is not None or self.way != "merge":
            self._warehouse.save_state(self.table.stream, self._state)
        return loaded
