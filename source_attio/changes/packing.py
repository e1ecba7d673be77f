"""Packs ids and prints of rows into 23 bytes a row of a state's text, where the plain ones take 27.

A random id (a UUID of version 4) has 122 random bits and six constant ones. Ids are sorted by their first
bytes, which are stored only as counts. The rest of an id and thirty bits of print make seventeen bytes. Ids
of another kind are stored whole.

| member  | what it is |
|---------|---|
| `heads` | how many ids begin with each one or two bytes, compressed |
| `rows`  | the rest of each id, in that order, and its print |
| `odd`   | whole ids that were not drawn at random, and their prints |

Imported only when a state is read or written: numpy takes a while to load.
"""

import zlib
from array import array
from typing import Final

import numpy as np
import numpy.typing as npt

from attio_api.wire import JsonObject
from source_attio.changes.prints import (
    BYTE,
    ENTRY,
    FEW,
    FIXED,
    ID,
    PRINT,
    DamagedStateError,
    from_text,
    inflated,
    to_text,
)

Table = npt.NDArray[np.uint8]
_MOST_COUNTS: Final = 4 * BYTE**2
_FEW_DRAWERS: Final = 251
_MANY_DRAWERS: Final = 65_521
"""Primes, so that ids that differ in any way are spread over as many drawers."""

_SPARSE = 0.8
"""Share of zeros from which counts may be shorter by repetition."""


def arranged(
    entries: bytearray, marks: bytearray, *, dropped: int
) -> "tuple[bytearray, bytearray, array[int]]":
    """Return entries and their marks sorted by their drawers, without dropped ones.

    The third of the three is where the entries of each drawer begin, and the end.
    """
    table, marked = _table(entries), np.frombuffer(marks, np.uint8)
    kept = np.flatnonzero(marked != dropped)
    count = _FEW_DRAWERS if len(kept) < FEW else _MANY_DRAWERS
    drawers = _drawers(table, count)[kept]
    order = np.argsort(drawers, kind="stable")
    kept = kept[order]
    counts = np.bincount(drawers, minlength=count)
    index = array("I", (np.concatenate(([0], counts.cumsum())) * ENTRY).astype(np.uint32).tobytes())
    return bytearray(table[kept].data), bytearray(marked[kept].data), index


def names_twice(entries: bytes) -> bool:
    """Whether two entries have the same id."""
    ids = np.ascontiguousarray(_table(entries)[:, :ID]).view(np.uint64)
    halves = np.sort(ids[:, 1])
    if not (halves[1:] == halves[:-1]).any():
        # Almost always: sorting whole ids takes twenty times as long, and each sync does it when it begins.
        return False
    ids = ids[np.lexsort((ids[:, 0], ids[:, 1]))]
    return bool((ids[1:] == ids[:-1]).all(axis=1).any())


def pack(entries: bytes) -> JsonObject:
    """Pack entries of an id and a print each, one after the other, into the members above."""
    table = _table(entries)
    drawn = (table[:, 6] >> 4 == 4) & (table[:, 8] >> 6 == 2)  # noqa: PLR2004 (version and variant of a UUID)
    odd = table[~drawn]
    if len(odd):
        table = table[drawn]
    width = 1 if len(table) < FEW else 2
    heads = _heads(table, width)
    table = table[np.argsort(heads, kind="stable")]
    counts = np.bincount(heads, minlength=BYTE**width)
    small = counts.astype(np.uint8 if counts.max() < BYTE else np.uint32)
    found: JsonObject = {
        "heads": to_text(_compressed(small.tobytes())),
        "rows": to_text(_tails(table, width).data),
    }
    return found | ({"odd": to_text(odd.tobytes())} if len(odd) else {})


def unpack(facts: JsonObject) -> tuple[bytes, int]:
    """Return the entries, and how many of them are odd; raises DamagedStateError."""
    counts = _counts(inflated(facts, "heads", _MOST_COUNTS))
    width = 1 if len(counts) == BYTE else 2
    packed, odd = from_text(facts, "rows"), from_text(facts, "odd") if "odd" in facts else b""
    if int(counts.sum()) * (FIXED - width) != len(packed) or len(odd) % ENTRY:
        raise DamagedStateError("its `heads` and `rows` do not belong together")
    entries = _whole(np.frombuffer(packed, np.uint8).reshape(-1, FIXED - width), counts, width)
    return entries + odd, len(odd) // ENTRY


def _table(entries: bytes | bytearray) -> Table:
    return np.frombuffer(entries, np.uint8).reshape(-1, ENTRY)


def _drawers(table: Table, count: int) -> npt.NDArray[np.uint16]:
    """Return the remainder of each id, read as one number, by a count of drawers."""
    halves = np.ascontiguousarray(table[:, :ID]).view(">u8") % np.uint64(count)
    found = (halves[:, 0] * np.uint64(2**64 % count) + halves[:, 1]) % np.uint64(count)
    return found.astype(np.uint16)


def _heads(table: Table, width: int) -> npt.NDArray[np.uint16]:
    first = table[:, 0].astype(np.uint16)
    return first if width == 1 else np.left_shift(first, np.uint16(8)) | table[:, 1]


def _counts(raw: bytes) -> npt.NDArray[np.int64]:
    for kind in (np.uint8, np.uint32):
        for width in (1, 2):
            if len(raw) == BYTE**width * np.dtype(kind).itemsize:
                return np.frombuffer(raw, kind).astype(np.int64)
    raise DamagedStateError("its `heads` are too short or too long")


def _tails(table: Table, width: int) -> Table:
    """Return the entries without the head and the six constant bits; the print moves up into their place."""
    packed = np.empty((len(table), FIXED - width), np.uint8)
    packed[:, : 6 - width] = table[:, width:6]
    packed[:, 6 - width] = table[:, 7]
    packed[:, 7 - width : 14 - width] = table[:, 9:ID]
    last = packed[:, 14 - width :]
    last[:, 0] = table[:, 6] << 4 | (table[:, 8] & 63) >> 2
    before = table[:, 8]
    for at in range(PRINT):
        last[:, at + 1] = before << 6 | table[:, ID + at] >> 2
        before = table[:, ID + at]
    return packed


def _whole(packed: Table, counts: npt.NDArray[np.int64], width: int) -> bytes:
    """Undo `_tails`."""
    table = np.empty((len(packed), ENTRY), np.uint8)
    heads = np.repeat(np.arange(len(counts), dtype=np.uint16), counts)
    if width == 1:
        table[:, 0] = heads
    else:
        table[:, 0], table[:, 1] = heads >> 8, heads & 255
    table[:, width:6] = packed[:, : 6 - width]
    table[:, 7] = packed[:, 6 - width]
    table[:, 9:ID] = packed[:, 7 - width : 14 - width]
    last = packed[:, 14 - width :]
    table[:, 6] = 4 << 4 | last[:, 0] >> 4
    table[:, 8] = 2 << 6 | (last[:, 0] & 15) << 2 | last[:, 1] >> 6
    for at in range(PRINT - 1):
        table[:, ID + at] = last[:, at + 1] << 2 | last[:, at + 2] >> 6
    table[:, ENTRY - 1] = last[:, PRINT] << 2
    return table.tobytes()


def _compressed(raw: bytes) -> bytes:
    """Compress counts by their frequency; where almost all are zero, by their repetition if that is shorter.

    Searching for repetition takes ten times as long, and a state is written every few thousand rows.
    """
    compressor = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    by_frequency = compressor.compress(raw) + compressor.flush()
    if raw.count(0) < len(raw) * _SPARSE:
        return by_frequency
    return min(zlib.compress(raw), by_frequency, key=len)
