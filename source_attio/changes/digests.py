"""Coarser memories for streams whose ids do not fit into the state: a number a row, or only a count."""

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import ClassVar, Final

from attio_api.wire import JsonObject
from source_attio.changes.prints import (
    ID,
    DamagedStateError,
    check_count,
    entry_of,
    from_text,
    inflated,
    to_text,
)
from source_attio.decode.rows import Row

_DIGEST: Final = 5
_DRAWERS: Final = 1 << 8
_DRAWER: Final = 1 << 32
_NARROW: Final = 3
_WIDE: Final = 4
_COUNT: Final = 4
"""Bytes of one count."""
_BUCKETS_BY_WIDTH: Final = {_NARROW: 1 << 16, _WIDE: _DRAWERS}
"""Bytes that are written of a number → how many buckets its other bits select."""
_FEW: Final = 1 << 16
"""Up to this many numbers, the wide form is smaller."""
_MOST_COUNTS: Final = 80_000
_FEW_COUNTS: Final = 700
_BASE64: Final = 4 / 3


class Digests:
    """A number of forty bits a row, made of its id and content; the id cannot be told from it.

    The numbers are kept in 256 arrays by their first byte, so that sorting a million takes little memory.
    """

    name: ClassVar[str] = "digests"
    keeps_place: ClassVar[bool] = False

    def __init__(self, known: Iterable[int] = (), met: Iterable[int] = ()) -> None:
        self._known = [array("I", sorted(drawer)) for drawer in _drawers(known)]
        self._met = _drawers(met)
        # Kept as numbers, since every page asks for the count.
        self._known_count, self._met_count = sum(map(len, self._known)), sum(map(len, self._met))

    @classmethod
    def load(cls, facts: JsonObject) -> "Digests | Watermark":
        """Read what `dump` wrote; of a version 1 state, whose numbers had more bits, only the count.

        Raises DamagedStateError.
        """
        if "width" not in facts:
            return Watermark.load(facts)
        counts, tails = _counts(facts), from_text(facts, "rows")
        width = _WIDE if len(counts) == _BUCKETS_BY_WIDTH[_WIDE] else _NARROW
        if len(counts) != _BUCKETS_BY_WIDTH[width] or sum(counts) * width != len(tails):
            raise DamagedStateError("its `counts` and `rows` do not belong together")
        check_count(facts, sum(counts))
        heads = (head << (8 * width) for head, count in enumerate(counts) for _ in range(count))
        at = range(0, len(tails), width)
        return cls(head | int.from_bytes(tails[i : i + width]) for head, i in zip(heads, at, strict=True))

    def unchanged(self, row: Row) -> bool:
        """Whether the row's number is among those delivered; if so, it counts as met."""
        drawer, rest = divmod(mixed(entry_of(row)), _DRAWER)
        known = self._known[drawer]
        at = bisect_left(known, rest)
        same = at < len(known) and known[at] == rest
        if same:
            self._met[drawer].append(rest)
            self._met_count += 1
        return same

    def confirm(self, rows: Iterable[Row]) -> None:
        """Remember the numbers of delivered rows."""
        for row in rows:
            drawer, rest = divmod(mixed(entry_of(row)), _DRAWER)
            self._met[drawer].append(rest)
            self._met_count += 1

    def unmet(self) -> list[str]:
        """Return no ids: they cannot be told from the numbers."""
        return []

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """Return all of the ids: each may have been delivered."""
        return list(row_ids)

    def drop(self, row_ids: Iterable[str]) -> None:
        """Do nothing: an id alone does not give its row's number."""

    def end_pass(self) -> None:
        """Forget the numbers that were not met."""
        self._known, self._known_count = _drawers(()), 0

    def size(self) -> int:
        """Return about how many bytes the state of this memory has."""
        return digests_size(self.count())

    def count(self) -> int:
        """Return how many numbers are kept: during a pass, old and new ones."""
        return max(self._known_count, self._met_count)

    def dump(self) -> JsonObject:
        """Return the sorted numbers without their first bits, and how many share each value of these."""
        width = _NARROW if self.count() > _FEW else _WIDE
        counts, tails = array("I", bytes(_COUNT * _BUCKETS_BY_WIDTH[width])), bytearray()
        for drawer, (known, met) in enumerate(zip(self._known, self._met, strict=True)):
            for rest in sorted({*known, *met}):
                counts[(drawer << 8 | rest >> 24) if width == _NARROW else drawer] += 1
                tails += (rest & ((1 << 8 * width) - 1)).to_bytes(width)
        packed: JsonObject = {"counts": to_text(zlib.compress(counts.tobytes())), "rows": to_text(tails)}
        return {"memory": self.name, "count": len(tails) // width, "width": width, **packed}

    def coarser(self) -> "Watermark":
        """Keep only the count."""
        return Watermark(self.count())


class Watermark:
    """Remembers no row, only how many there were; rows set since the last pass count as changed."""

    name: ClassVar[str] = "watermark"
    keeps_place: ClassVar[bool] = True

    def __init__(self, count: int = 0) -> None:
        self._before = count
        self._met = 0

    @classmethod
    def load(cls, facts: JsonObject) -> "Watermark":
        """Read the count, which is only a hint for planning."""
        count = facts.get("count")
        return cls(count if isinstance(count, int) else 0)

    def unchanged(self, row: Row) -> bool:  # noqa: ARG002 (nothing is known of any row)
        """Return True; `ChangeDetection` compares the row's `updated_at` with the watermark instead."""
        self._met += 1
        return True

    def confirm(self, rows: Iterable[Row]) -> None:
        """Do nothing: no row is remembered."""

    def unmet(self) -> list[str]:
        """Return no ids: no row is remembered."""
        return []

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """Return all of the ids: each may have been delivered."""
        return list(row_ids)

    def drop(self, row_ids: Iterable[str]) -> None:
        """Do nothing: no row is remembered."""

    def end_pass(self) -> None:
        """Keep the number of rows of this pass as the count."""
        self._before, self._met = self._met, 0

    def size(self) -> int:
        """Return 0: no row is remembered."""
        return 0

    def count(self) -> int:
        """Return how many rows there were."""
        return max(self._before, self._met)

    def dump(self) -> JsonObject:
        """Return the count."""
        return {"memory": self.name, "count": self.count()}

    def coarser(self) -> "Watermark":
        """Return this memory: there is no coarser one."""
        return self


def _drawers(numbers: Iterable[int]) -> "list[array[int]]":
    drawers = [array("I") for _ in range(_DRAWERS)]
    for number in numbers:
        drawer, rest = divmod(number, _DRAWER)
        drawers[drawer].append(rest)
    return drawers


def _counts(facts: JsonObject) -> "array[int]":
    found = inflated(facts, "counts", _COUNT * _BUCKETS_BY_WIDTH[_NARROW])
    if len(found) % _COUNT:
        raise DamagedStateError("its `counts` are too short or too long")
    return array("I", found)


def digests_size(rows: int) -> int:
    """Return about how many bytes `dump` takes: three or four a row and the counts, in base64."""
    counts = _MOST_COUNTS if rows > _FEW else min(_FEW_COUNTS, 80 + 3 * rows)
    packed = rows * (_NARROW if rows > _FEW else _WIDE) + counts
    return int(packed * _BASE64)


def mixed(entry: bytes) -> int:
    """Return a number of forty bits made of an entry's id and print."""
    # Ids and prints are both evenly spread, so exclusive-or of the two is as well.
    return int.from_bytes(entry[ID - _DIGEST : ID]) ^ int.from_bytes(entry[ID:]) << 8
