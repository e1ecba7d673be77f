"""Stores deferred rows on disk until the records that they refer to exist; part of the run's scratch file.

Knows nothing of Attio: a row is a number in a lane and some bytes, an address is a text. A row may want
several things, each of which may be at one of several addresses, and it gives things that others want.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

SCHEMA: Final = """
CREATE TABLE spool (place TEXT, number INTEGER, doc BLOB, PRIMARY KEY (place, number)) WITHOUT ROWID;
CREATE TABLE aside (
  lane INTEGER, number INTEGER, is_ready INTEGER, doc BLOB, PRIMARY KEY (lane, number)
) WITHOUT ROWID;
CREATE INDEX aside_ready ON aside (lane, number) WHERE is_ready;
CREATE TABLE want (
  address TEXT, lane INTEGER, number INTEGER, pointer INTEGER, is_vital INTEGER,
  PRIMARY KEY (address, lane, number, pointer)
) WITHOUT ROWID;
CREATE INDEX want_of_row ON want (lane, number, pointer);
CREATE TABLE give (
  address TEXT, lane INTEGER, number INTEGER, PRIMARY KEY (address, lane, number)
) WITHOUT ROWID;
CREATE INDEX give_of_row ON give (lane, number);
"""
MOST_BYTES: Final = 64 << 20
"""Bytes of documents after which no more are returned at once."""
_IS_LOST: Final = """
  w.is_vital AND NOT EXISTS (
    SELECT 1 FROM want o JOIN give g ON g.address = o.address
    WHERE o.lane = w.lane AND o.number = w.number AND o.pointer = w.pointer
  )
"""
Want = tuple[str, int, bool]
"""An address, the number of the row's reference, and whether the row is rejected without it."""


class DeferredRows:
    """Waiting rows by lane and number."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Keeps its tables in the run's scratch file."""
        self._db = db

    def put(self, lane: int, rows: Iterable[tuple[int, object, Iterable[Want]]]) -> None:
        """Store rows with what they want; a row that wants nothing is ready at once."""
        self._db.execute("BEGIN")
        for number, doc, wants in rows:
            wanted = list(wants)
            self._db.execute(
                "INSERT OR REPLACE INTO aside VALUES (?,?,?,?)", (lane, number, not wanted, _packed(doc))
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO want VALUES (?,?,?,?,?)",
                [(address, lane, number, pointer, is_vital) for address, pointer, is_vital in wanted],
            )
        self._db.execute("COMMIT")

    def wake(self, addresses: Collection[str]) -> None:
        """Note that the things at these addresses exist; rows that want nothing else become ready."""
        self._db.execute("BEGIN")
        for address in addresses:
            query = "SELECT lane, number, pointer FROM want WHERE address=?"
            for lane, number, pointer in self._db.execute(query, (address,)).fetchall():
                row = (lane, number)
                self._db.execute("DELETE FROM want WHERE lane=? AND number=? AND pointer=?", (*row, pointer))
                self._db.execute(
                    "UPDATE aside SET is_ready=1 WHERE lane=? AND number=? AND NOT EXISTS "
                    "(SELECT 1 FROM want WHERE want.lane=aside.lane AND want.number=aside.number)",
                    row,
                )
        self._db.execute("COMMIT")

    def ready(self, lane: int | None = None) -> int:
        """The number of rows that are ready, of one lane or of all."""
        query = "SELECT count(*) FROM aside WHERE is_ready AND lane = coalesce(?, lane)"
        return int(self._db.execute(query, (lane,)).fetchone()[0])

    def is_ready(self, lane: int) -> bool:
        """Whether the lane has a ready row."""
        query = "SELECT EXISTS (SELECT 1 FROM aside WHERE is_ready AND lane=?)"
        return bool(self._db.execute(query, (lane,)).fetchone()[0])

    def oldest(self, lane: int) -> int | None:
        """The number of the lane's first waiting row, or None."""
        found = self._db.execute("SELECT min(number) FROM aside WHERE lane=?", (lane,)).fetchone()[0]
        return None if found is None else int(found)

    def take(
        self, lane: int, most: int, *, after: int = 0, ready_only: bool = False
    ) -> list[tuple[int, Any]]:
        """Remove and return rows of the lane in their order; the addresses that they give stay."""
        which = "AND is_ready" if ready_only else ""
        found = self._db.execute(
            f"SELECT number, doc FROM aside WHERE lane=? AND number>? {which} ORDER BY number LIMIT ?",  # noqa: S608  # one of two literals
            (lane, after, most),
        ).fetchall()
        gone = [(lane, number) for number, _ in found]
        self._db.execute("BEGIN")
        self._db.executemany("DELETE FROM aside WHERE lane=? AND number=?", gone)
        self._db.executemany("DELETE FROM want WHERE lane=? AND number=?", gone)
        self._db.execute("COMMIT")
        return [(number, _unpacked(doc)) for number, doc in found]

    def look(self, lane: int, most: int, *, after: int = 0) -> list[tuple[int, Any]]:
        """Return rows of the lane in their order without removing them."""
        query = "SELECT number, doc FROM aside WHERE lane=? AND number>? ORDER BY number LIMIT ?"
        found = self._db.execute(query, (lane, after, most)).fetchall()
        return [(number, _unpacked(doc)) for number, doc in found]

    # --- what waiting rows give each other -------------------------------------------------------------

    def give(self, lane: int, given: Iterable[tuple[str, int]]) -> None:
        """Note the addresses at which the lane's rows will be found once they are written."""
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT OR IGNORE INTO give VALUES (?,?,?)", [(one, lane, number) for one, number in given]
        )
        self._db.execute("COMMIT")

    def withdraw_lost(self) -> None:
        """Remove the addresses of rows that cannot be written as their own wants stay unmet, and so on."""
        lost = self._db.execute(f"SELECT DISTINCT lane, number FROM want w WHERE {_IS_LOST}").fetchall()  # noqa: S608  # a literal
        while lost:
            gone: dict[str, None] = {}
            for row in lost:
                query = "DELETE FROM give WHERE lane=? AND number=? RETURNING address"
                gone.update((address, None) for (address,) in self._db.execute(query, row).fetchall())
            lost = list(dict.fromkeys(row for address in gone for row in self._lost_without(address)))

    def _lost_without(self, address: str) -> list[tuple[int, int]]:
        query = f"SELECT DISTINCT lane, number FROM want w WHERE address=? AND {_IS_LOST}"  # noqa: S608  # a literal
        return self._db.execute(query, (address,)).fetchall()

    def is_given(self, address: str) -> bool:
        """Whether a waiting row gives this address."""
        query = "SELECT EXISTS (SELECT 1 FROM give WHERE address=?)"
        return bool(self._db.execute(query, (address,)).fetchone()[0])

    def forget_given(self) -> None:
        """Forget all addresses that rows give."""
        self._db.execute("DELETE FROM give")

    # --- anything in its order -------------------------------------------------------------------------

    def spool(self, place: str, docs: Iterable[tuple[int, object]]) -> None:
        """Store documents by number."""
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT OR REPLACE INTO spool VALUES (?,?,?)", [(place, one, _packed(doc)) for one, doc in docs]
        )
        self._db.execute("COMMIT")

    def unspool(self, place: str, most: int) -> list[tuple[int, Any]]:
        """Remove and return the first documents of a place, fewer than `most` where they are long."""
        query = "SELECT number, doc FROM spool WHERE place=? ORDER BY number LIMIT ?"
        found, size = [], 0
        cursor = self._db.execute(query, (place, most))
        for number, doc in cursor:
            found.append((number, _unpacked(doc)))
            size += len(doc)
            if size > MOST_BYTES:
                break
        cursor.close()
        if found:
            self._db.execute("DELETE FROM spool WHERE place=? AND number<=?", (place, found[-1][0]))
        return found

    def look_up(self, place: str, numbers: Iterable[int]) -> dict[int, Any]:
        """The documents with these numbers that are still there, without removing them."""
        query = "SELECT doc FROM spool WHERE place=? AND number=?"
        found = ((one, self._db.execute(query, (place, one)).fetchone()) for one in numbers)
        return {one: _unpacked(row[0]) for one, row in found if row}


def _packed(doc: object) -> bytes:
    """Pickled, since rows may hold dates and decimals, whose types JSON would lose."""
    return pickle.dumps(doc, pickle.HIGHEST_PROTOCOL)


def _unpacked(doc: bytes) -> Any:  # noqa: ANN401 (whatever was packed)
    return pickle.loads(doc)  # noqa: S301 (this process wrote it, into a file that no other can open)
