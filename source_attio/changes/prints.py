"""Makes a row's entry (its id and a print of its content), and writes bytes as text for a state.

`packing` packs many entries into little text.
"""

import base64
import binascii
import zlib
from typing import Final

from attio_api.wire import JsonObject
from source_attio.decode.ids import SIZE, packed
from source_attio.decode.rows import Row

ID: Final = SIZE
PRINT: Final = 4
ENTRY: Final = ID + PRINT
ON_ITS_WAY: Final = bytes(PRINT)
FEW: Final = 1 << 14
"""Below this many ids, counting them by one first byte takes less room than by two."""
FIXED: Final = 19
BYTE: Final = 1 << 8
_BASE64: Final = 4 / 3
_MOST_HEADS: Final = 28_000
_SMALL_HEADS: Final = 400
LAST: Final = [bytes([byte & ~3]) for byte in range(BYTE)]
"""Byte of a digest → last byte of a print, whose two lowest bits are zero."""


class DamagedStateError(ValueError):
    """The state holds something that this connector cannot have written."""


def entry_of(row: Row) -> bytes:
    """Return a row's id and thirty bits of print in one piece."""
    return packed(row.key.id) + print_of(row)


def print_of(row: Row) -> bytes:
    """Return thirty bits that stand for a row's content."""
    digest = row.digest
    return digest[:3] + LAST[digest[3]]


def packed_size(rows: int, odd: int) -> int:
    """Return about how many bytes of text `pack` makes of rows, of which `odd` have no random id."""
    drawn = rows - odd
    tail, heads = (FIXED - 1, _SMALL_HEADS) if drawn < FEW else (FIXED - 2, _MOST_HEADS)
    return int((drawn * tail + odd * ENTRY + heads) * _BASE64) + 1


def to_text(raw: bytes | bytearray | memoryview) -> str:
    """Write bytes as base64."""
    return base64.b64encode(raw).decode("ascii")


def from_text(facts: JsonObject, member: str) -> bytes:
    """Read bytes from base64; raises DamagedStateError."""
    text = facts.get(member)
    if not isinstance(text, str):
        raise DamagedStateError(f"it has no `{member}`")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise DamagedStateError(f"its `{member}` are not base64") from None


def inflated(facts: JsonObject, member: str, most: int) -> bytes:
    """Read compressed bytes from base64; raises DamagedStateError, also for more bytes than there can be."""
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(from_text(facts, member), most + 1)
    except zlib.error:
        raise DamagedStateError(f"its `{member}` are not compressed") from None
    if not unpacker.eof or len(found) > most:
        raise DamagedStateError(f"its `{member}` are too short or too long")
    return found


def check_count(facts: JsonObject, rows: int) -> None:
    """Raise DamagedStateError when a state counts other rows than it holds."""
    if facts.get("count") not in {None, rows}:
        raise DamagedStateError("its `count` is not that of its rows")
