"""Coarser memories, for streams whose ids do not fit into the state: a number a row, or how many."""

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import ClassVar, Final

from attio_api.wire import JsonObject
from source_attio.changes.prints import ID, DamagedStateError, entry_of, from_text, to_text
from source_attio.decode.rows import Row

_DIGEST: Final = 5
_DRAWERS: Final = 1 << 8
_DRAWER: Final = 1 << 32
_NARROW: Final = 3
_WIDE: Final = 4
_BUCKETS_BY_WIDTH: Final = {_NARROW: 1 << 16, _WIDE: _DRAWERS}
"""What of a number is written down, in bytes, and how many buckets the rest of it makes."""
_FEW: Final = 1 << 16
"""Up to so many numbers, the wide form takes less room."""
_MOST_COUNTS: Final = 80_000
_FEW_COUNTS: Final = 700
_BASE64: Final = 4 / 3


class Digests:
    """A number of forty bits a row, of its id and content: enough to know it again, not to name it.

    The numbers lie in 256 drawers by their first byte, so that sorting a million of them takes little room.
    """

    name: ClassVar[str] = "digests"
    keeps_place: ClassVar[bool] = False

    def __init__(self, known: Iterable[int] = (), met: Iterable[int] = ()) -> None:
        self._known = [array("I", sorted(drawer)) for drawer in _drawers(known)]
        self._met = _drawers(met)
        # Asked for with every page, so counted along.
        self._known_count, self._met_count = sum(map(len, self._known)), sum(map(len, self._met))

    @classmethod
    def load(cls, facts: JsonObject) -> "Digests | Watermark":
        """Read what `dump` wrote, and of the first version, whose numbers had more bits, only how many."""
        if "width" not in facts:
            return Watermark.load(facts)
        counts, tails = _counts(facts), from_text(facts, "rows")
        width = _WIDE if len(counts) == _BUCKETS_BY_WIDTH[_WIDE] else _NARROW
        if len(counts) != _BUCKETS_BY_WIDTH[width] or sum(counts) * width != len(tails):
            raise DamagedStateError("its `counts` and `rows` do not belong together")
        heads = (head << (8 * width) for head, count in enumerate(counts) for _ in range(count))
        at = range(0, len(tails), width)
        return cls(head | int.from_bytes(tails[i : i + width]) for head, i in zip(heads, at, strict=True))

    def unchanged(self, row: Row) -> bool:
        """Look the number up among those delivered."""
        drawer, rest = divmod(mixed(entry_of(row)), _DRAWER)
        known = self._known[drawer]
        at = bisect_left(known, rest)
        same = at < len(known) and known[at] == rest
        if same:
            self._met[drawer].append(rest)
            self._met_count += 1
        return same

    def confirm(self, rows: Iterable[Row]) -> None:
        """Keep the numbers."""
        for row in rows:
            drawer, rest = divmod(mixed(entry_of(row)), _DRAWER)
            self._met[drawer].append(rest)
            self._met_count += 1

    def unmet(self) -> list[str]:
        """Nobody: whose the numbers were cannot be told."""
        return []

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """All of them: each may well have been delivered."""
        return list(row_ids)

    def drop(self, row_ids: Iterable[str]) -> None:
        """Do nothing: the numbers do not tell whose they are."""

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
        """Sort the numbers and leave out their first bytes, which the counts stand for."""
        width = _NARROW if self.count() > _FEW else _WIDE
        counts, tails = array("I", bytes(4 * _BUCKETS_BY_WIDTH[width])), bytearray()
        for drawer, (known, met) in enumerate(zip(self._known, self._met, strict=True)):
            for rest in sorted({*known, *met}):
                counts[(drawer << 8 | rest >> 24) if width == _NARROW else drawer] += 1
                tails += (rest & ((1 << 8 * width) - 1)).to_bytes(width)
        packed: JsonObject = {"counts": to_text(zlib.compress(counts.tobytes())), "rows": to_text(tails)}
        return {"memory": self.name, "count": len(tails) // width, "width": width, **packed}

    def coarser(self) -> "Watermark":
        """Keep nothing but the count."""
        return Watermark(self.count())


class Watermark:
    """Nothing about any row: what was set after a moment is taken as changed."""

    name: ClassVar[str] = "watermark"
    keeps_place: ClassVar[bool] = True

    def __init__(self, count: int = 0) -> None:
        self._before = count
        self._met = 0

    @classmethod
    def load(cls, facts: JsonObject) -> "Watermark":
        """Read the count, a hint for planning."""
        count = facts.get("count")
        return cls(count if isinstance(count, int) else 0)

    def unchanged(self, row: Row) -> bool:  # noqa: ARG002 (nothing is known of any row)
        """Leave the decision to the time the row was changed at."""
        self._met += 1
        return True

    def confirm(self, rows: Iterable[Row]) -> None:
        """Do nothing: no row is remembered."""

    def unmet(self) -> list[str]:
        """Nobody: nothing is known of any row."""
        return []

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """All of them: each may well have been delivered."""
        return list(row_ids)

    def drop(self, row_ids: Iterable[str]) -> None:
        """Do nothing: no row is remembered."""

    def end_pass(self) -> None:
        """Take this pass's count for the next one's hint."""
        self._before, self._met = self._met, 0

    def size(self) -> int:
        """Return that it takes no room."""
        return 0

    def count(self) -> int:
        """Return how many rows there were."""
        return max(self._before, self._met)

    def dump(self) -> JsonObject:
        """Return the count."""
        return {"memory": self.name, "count": self.count()}

    def coarser(self) -> "Watermark":
        """Stay: there is nothing left to give up."""
        return self


def _drawers(numbers: Iterable[int]) -> "list[array[int]]":
    drawers = [array("I") for _ in range(_DRAWERS)]
    for number in numbers:
        drawer, rest = divmod(number, _DRAWER)
        drawers[drawer].append(rest)
    return drawers


def _counts(facts: JsonObject) -> "array[int]":
    try:
        return array("I", zlib.decompress(from_text(facts, "counts")))
    except (zlib.error, ValueError) as trouble:
        if isinstance(trouble, DamagedStateError):
            raise
        raise DamagedStateError("its `counts` are not compressed") from None


def digests_size(rows: int) -> int:
    """Count three or four bytes a row, in base64, and the counts."""
    counts = _MOST_COUNTS if rows > _FEW else min(_FEW_COUNTS, 80 + 3 * rows)
    packed = rows * (_NARROW if rows > _FEW else _WIDE) + counts
    return int(packed * _BASE64)


def mixed(entry: bytes) -> int:
    """Make one number of an id and a print."""
    # Ids and prints are both evenly spread, so exclusive-or of the two is as well.
    return int.from_bytes(entry[ID - _DIGEST : ID]) ^ int.from_bytes(entry[ID:]) << 8
