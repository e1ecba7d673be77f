"""A row between Attio and the warehouse, a page of rows, and the order in which rows are read.

This module knows nothing of HTTP, of Airbyte or of what changed since the last sync.
"""

import hashlib
from datetime import datetime
from typing import Final, NamedTuple

from attio_api.errors import Unreadable
from attio_api.moments import as_moment
from attio_api.wire import Json, JsonObject
from source_attio.decode.printing import printed

_ATTIOS_LENGTH: Final = len("2026-05-01T10:00:00.000000000Z")
_MICROSECONDS: Final = len("2026-05-01T10:00:00.000000")
HASHED_AT_ONCE: Final = 2047
"""Most bytes that `hashlib` hashes without giving up the interpreter's lock.

Taking the lock back costs more than the hash: two threads that read and deliver rows would hand it over at
every row.
"""


class Key(NamedTuple):
    """A row's place in the order; neither part ever changes, so no write can move a row past a reader."""

    created_at: str
    id: str


class Row(NamedTuple):
    """One record, entry, note or task; its columns are kept as JSON text, which most rows stay."""

    key: Key
    updated_at: str
    """The newest time at which any of its values was set; can go back when that value is cleared."""
    printed: bytes
    digest: bytes
    """A hash of eight bytes over all columns."""
    cleaned: bool = False
    """Whether characters were replaced in its texts that destinations refuse."""

    def delivered(self, changed_at: str) -> bytes:
        """Return the row as JSON with this `_changed_at`, and `_deleted` false."""
        return b'%b,"_changed_at":"%b","_deleted":false}' % (self.printed[:-1], changed_at.encode())


class Page(NamedTuple):
    """One answer of Attio, read whole."""

    rows: list[Row]
    full: bool
    """Whether the page holds as many rows as were asked for: then more may follow. Attio gives no total."""


def page_of(rows: list[Row], limit: int) -> Page:
    """Make a page of its rows; raises Unreadable when it holds a row twice, perhaps in place of another."""
    if len({row.key.id for row in rows}) < len(rows):
        raise Unreadable("Attio's answer holds a row twice.")
    return Page(rows, full=len(rows) >= limit)


def canonical(moment: str) -> str:
    """Write a time as Attio does, so that times compare as text; raises ValueError when it is not a time."""
    if len(moment) == _ATTIOS_LENGTH and moment[-1] == "Z" and moment[10] == "T":
        # Raises ValueError for a 30 February, which would pass as the newest of all times.
        datetime.fromisoformat(moment[:_MICROSECONDS])
        return moment
    known = as_moment(moment)
    if known is None:
        raise ValueError("not a time")
    return known.iso()


def is_moment(text: str) -> bool:
    """Whether a text is a time."""
    return as_moment(text) is not None


def make_row(key: Key, updated_at: str, data: JsonObject) -> Row:
    """Make a row with its digest; callers leave out empty columns, so a new attribute changes no digest."""
    text, cleaned = printed(data)
    return Row(key, updated_at, text, digest_of(text), cleaned)


def digest_of(text: bytes) -> bytes:
    """Return eight bytes of BLAKE2b, hashed piece by piece (see `HASHED_AT_ONCE`)."""
    found = hashlib.blake2b(text[:HASHED_AT_ONCE], digest_size=8)
    for at in range(HASHED_AT_ONCE, len(text), HASHED_AT_ONCE):
        found.update(text[at : at + HASHED_AT_ONCE])
    return found.digest()


def without_empty(columns: JsonObject) -> JsonObject:
    """Leave out columns that have no value: in a warehouse, an absent column is null."""
    return {name: value for name, value in columns.items() if not is_nothing(value)}


def is_nothing(value: Json) -> bool:
    """Whether a value is null or an empty list; false and zero are values."""
    return value is None or value == []
