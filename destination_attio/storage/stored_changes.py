"""Changes of a plan on disk: read in order, counted and selected by kind, never all in memory."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Self, overload

from destination_attio.model.plan import Change, Changes, Kind
from destination_attio.storage.scratch import connected

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator

_SCHEMA: Final = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
PRAGMA cache_size=-8000;
CREATE TABLE change (number INTEGER PRIMARY KEY, kind TEXT, is_row INTEGER, doc TEXT);
"""
_AT_ONCE: Final = 500


class StoredChanges(Changes):
    """A sequence of changes in a private temporary file; append-only, used from one thread."""

    def __init__(self, db: sqlite3.Connection | None = None, kinds: Collection[Kind] = ()) -> None:
        """Empty; or, with a database, its changes of these kinds."""
        self._db = db or connected()
        self._kinds = tuple(kinds)
        if db is None:
            self._db.executescript(_SCHEMA)

    def add(self, changes: Iterable[Change]) -> Self:
        """Append changes."""
        rows = [(one.kind, one.is_row, one.to_text()) for one in changes]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO change (kind, is_row, doc) VALUES (?,?,?)", rows)
        self._db.execute("COMMIT")
        return self

    def of(self, kinds: Collection[Kind]) -> StoredChanges:
        """The changes of these kinds."""
        return StoredChanges(self._db, [one for one in kinds if not self._kinds or one in self._kinds])

    def kinds(self) -> Counter[str]:
        """The number of changes by kind, without stubs and options, which no row asked for."""
        query = f"SELECT kind, count(*) FROM change WHERE is_row AND {self._where} GROUP BY kind"  # noqa: S608 (see _where)
        return Counter(dict(self._db.execute(query, self._kinds).fetchall()))

    def __len__(self) -> int:
        query = f"SELECT count(*) FROM change WHERE {self._where}"  # noqa: S608 (see _where)
        return int(self._db.execute(query, self._kinds).fetchone()[0])

    def __iter__(self) -> Iterator[Change]:
        return map(_unpacked, self.texts())

    def texts(self) -> Iterator[str]:
        """The text of each change, as it was stored."""
        after = 0
        while part := self._part(after):
            yield from (doc for _, doc in part)
            after = part[-1][0]

    @overload
    def __getitem__(self, index: int) -> Change: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Change, ...]: ...

    def __getitem__(self, index: int | slice) -> Change | tuple[Change, ...]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return tuple(self._between(start, max(stop - start, 0)))[::step]
        place = index + len(self) if index < 0 else index
        for one in self._between(place, 1) if place >= 0 else ():
            return one
        raise IndexError(index)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Changes | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(one == each for one, each in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows

    def _between(self, start: int, count: int) -> Iterator[Change]:
        query = f"SELECT doc FROM change WHERE {self._where} ORDER BY number LIMIT ? OFFSET ?"  # noqa: S608 (see _where)
        for (doc,) in self._db.execute(query, (*self._kinds, count, start)).fetchall():
            yield _unpacked(doc)

    def _part(self, after: int) -> list[tuple[int, str]]:
        query = f"SELECT number, doc FROM change WHERE {self._where} AND number>? ORDER BY number LIMIT ?"  # noqa: S608 (see _where)
        return self._db.execute(query, (*self._kinds, after, _AT_ONCE)).fetchall()

    @property
    def _where(self) -> str:
        """An SQL condition that holds only placeholders."""
        return f"kind IN ({','.join('?' * len(self._kinds))})" if self._kinds else "true"


def _unpacked(doc: str) -> Change:
    raw: Any = json.loads(doc)  # keeps the precision that was written
    return Change.from_json(raw)
