"""Data of one run that is too large for memory, in a temporary SQLite file that is gone with the run.

Knows nothing of Attio: texts in, texts out. Used from one thread. Raises StorageError when the disk fails.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

import orjson

from destination_attio.storage.deferred_rows import SCHEMA as ASIDE
from destination_attio.storage.deferred_rows import DeferredRows
from destination_attio.storage.rejects import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from attio_api.wire import JsonObject

_SCHEMA: Final = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
PRAGMA cache_size=-16000;
CREATE TABLE doc (number INTEGER PRIMARY KEY, place TEXT, id TEXT, doc BLOB, UNIQUE (place, id));
CREATE TABLE token (place TEXT, token TEXT, number INT, PRIMARY KEY (place, token, number)) WITHOUT ROWID;
CREATE INDEX token_by_number ON token (number);
CREATE TABLE claim (
  place TEXT, value TEXT, owner TEXT, row_number INTEGER, PRIMARY KEY (place, value)
) WITHOUT ROWID;
CREATE TABLE seen (place TEXT, id TEXT, PRIMARY KEY (place, id)) WITHOUT ROWID;
CREATE TABLE last (
  place TEXT, identity TEXT, number INTEGER, said TEXT, PRIMARY KEY (place, identity)
) WITHOUT ROWID;
"""
_SLICE: Final = 500
_DISK: Final = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
_KIND: Final = 0xFF
"""The bits of SQLite's extended error code that hold the primary code."""


@contextmanager
def _told() -> Iterator[None]:
    """Turn errors of the disk into StorageError with a sentence; any other error is a bug."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & _KIND not in _DISK:
            raise
        raise StorageError(
            f"The run's temporary file cannot be written ({error}).",
            "Make room on the disk for temporary files, or set SQLITE_TMPDIR to a folder on another one.",
        ) from error


class _Cursor(sqlite3.Cursor):
    """Translates errors on reading as well, since SQLite may write pages back to make room."""

    @_told()
    def execute(self, *args: Any) -> Self:  # noqa: ANN401 (as sqlite3 has them)
        return super().execute(*args)

    @_told()
    def executemany(self, *args: Any) -> Self:  # noqa: ANN401 (as above)
        return super().executemany(*args)

    @_told()
    def executescript(self, script: str) -> sqlite3.Cursor:
        return super().executescript(script)

    @_told()
    def fetchone(self) -> Any:  # noqa: ANN401 (as above)
        return super().fetchone()

    @_told()
    def fetchall(self) -> list[Any]:
        return super().fetchall()

    def __next__(self) -> Any:  # noqa: ANN401 (as above)
        with _told():
            return super().__next__()


class _Connection(sqlite3.Connection):
    """Sends the connection's shortcuts through the cursor above, which they would bypass."""

    def __del__(self) -> None:
        # The changes of a plan are kept as long as anybody holds the plan, and nobody says when that ends.
        # From Python 3.13 on a connection that goes without being closed is warned of.
        self.close()

    def cursor(self, factory: Any = _Cursor) -> Any:  # noqa: ANN401 (as sqlite3 has it)
        return super().cursor(factory)

    def execute(self, *args: Any) -> Any:  # noqa: ANN401 (as above)
        return self.cursor().execute(*args)

    def executemany(self, *args: Any) -> Any:  # noqa: ANN401 (as above)
        return self.cursor().executemany(*args)

    def executescript(self, script: str) -> Any:  # noqa: ANN401 (as above)
        return self.cursor().executescript(script)


def connected() -> sqlite3.Connection:
    """A private database: under an empty name SQLite keeps a file that it deletes itself."""
    return sqlite3.connect("", isolation_level=None, check_same_thread=False, factory=_Connection)


class Scratch:
    """Documents by token, claims on unique values, and ids seen; each under a place, such as a stream."""

    def __init__(self) -> None:
        """The file is created at once, and has no name."""
        self._db = connected()
        self._db.executescript(_SCHEMA + ASIDE)
        self.aside = DeferredRows(self._db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, which deletes it."""
        self._db.close()

    # --- documents ---------------------------------------------------------------------------------

    def keep(self, place: str, docs: Iterable[tuple[str, JsonObject, Iterable[str]]]) -> None:
        """Store documents by id with their tokens; an earlier one with the same id is replaced."""
        found = {one: (orjson.dumps(doc), list(tokens)) for one, doc, tokens in docs}
        self._db.execute("BEGIN")
        self.drop(place, list(found))
        ((last,),) = self._db.execute("SELECT coalesce(max(number), 0) FROM doc")
        numbered = list(enumerate(found.items(), start=last + 1))
        self._db.executemany(
            "INSERT INTO doc VALUES (?,?,?,?)",
            [(number, place, one, doc) for number, (one, (doc, _)) in numbered],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO token VALUES (?,?,?)",
            [(place, token, number) for number, (_, (_, tokens)) in numbered for token in tokens],
        )
        self._db.execute("COMMIT")

    def drop(self, place: str, ids: Sequence[str]) -> None:
        """Remove documents."""
        for part in _slices(ids):
            query = f"SELECT number FROM doc WHERE place=? AND id IN ({_marks(part)})"  # noqa: S608  # only question marks
            gone = self._db.execute(query, (place, *part)).fetchall()
            self._db.executemany("DELETE FROM token WHERE number=?", gone)
            self._db.executemany("DELETE FROM doc WHERE number=?", gone)

    def clear(self, place: str) -> None:
        """Remove all documents of a place."""
        self._db.execute("DELETE FROM token WHERE place=?", (place,))
        self._db.execute("DELETE FROM doc WHERE place=?", (place,))

    def find(self, place: str, tokens: Sequence[str]) -> dict[str, list[JsonObject]]:
        """The documents under each token."""
        found: dict[str, list[JsonObject]] = {}
        for part in _slices(tokens):
            rows = self._db.execute(
                f"SELECT t.token, d.doc FROM token t JOIN doc d ON d.number=t.number "  # noqa: S608  # only question marks
                f"WHERE t.place=? AND t.token IN ({_marks(part)})",
                (place, *part),
            )
            for token, doc in rows:
                found.setdefault(token, []).append(orjson.loads(doc))
        return found

    # --- claims ------------------------------------------------------------------------------------

    def claimed(self, place: str, values: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """The earlier claims of these values: owner and row number by value."""
        found: dict[str, tuple[str, int]] = {}
        for part in _slices(values):
            rows = self._db.execute(
                f"SELECT value, owner, row_number FROM claim WHERE place=? AND value IN ({_marks(part)})",  # noqa: S608  # only question marks
                (place, *part),
            )
            found.update({value: (owner, number) for value, owner, number in rows})
        return found

    def claim(self, place: str, claims: Iterable[tuple[str, str, int]]) -> None:
        """Store claims (value, owner, row number); the first owner of a value stays."""
        rows = [(place, *one) for one in claims]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO claim VALUES (?,?,?,?)", rows)
        self._db.execute("COMMIT")

    # --- seen --------------------------------------------------------------------------------------

    def see(self, place: str, ids: Iterable[str]) -> None:
        """Note ids that the source still has."""
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO seen VALUES (?,?)", [(place, one) for one in ids])
        self._db.execute("COMMIT")

    def unseen(self, place: str, ids: Sequence[str]) -> list[str]:
        """The ids among these that were never noted, in their order."""
        known: set[str] = set()
        for part in _slices(ids):
            query = f"SELECT id FROM seen WHERE place=? AND id IN ({_marks(part)})"  # noqa: S608  # only question marks
            known.update(row[0] for row in self._db.execute(query, (place, *part)))
        return [one for one in ids if one not in known]

    # --- the last row of each key --------------------------------------------------------------------

    def note_last(self, place: str, rows: Iterable[tuple[str, int, str]]) -> None:
        """Note rows (identity, number, digest); the last one of an identity stays."""
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO last VALUES (?,?,?,?) ON CONFLICT DO UPDATE "
            "SET number=excluded.number, said=excluded.said WHERE excluded.number > number",
            [(place, *one) for one in rows],
        )
        self._db.execute("COMMIT")

    def last(self, place: str, identities: Sequence[str]) -> dict[str, tuple[int, str]]:
        """The number and digest of the last row noted for each identity."""
        found: dict[str, tuple[int, str]] = {}
        for part in _slices(identities):
            query = f"SELECT identity, number, said FROM last WHERE place=? AND identity IN ({_marks(part)})"  # noqa: S608  # only question marks
            rows = self._db.execute(query, (place, *part))
            found.update({identity: (number, said) for identity, number, said in rows})
        return found


def _slices(values: Sequence[str]) -> Iterator[Sequence[Any]]:
    return (values[start : start + _SLICE] for start in range(0, len(values), _SLICE))


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
