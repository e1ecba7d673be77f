"""The three grades of memory: ids and prints of content, numbers alone, or only a count.

What they have in common, and how one is read from a state, is `memory`'s business.
"""

import base64
import binascii
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import chain
from typing import ClassVar, Final

from attio_api.wire import JsonObject
from source_attio.decode.rows import Row

_ID: Final = 16
_PRINT: Final = 6
_ENTRY: Final = _ID + _PRINT
_DIGEST: Final = 5
_TAIL: Final = 3
_BUCKETS: Final = 1 << 16
_DRAWERS: Final = 1 << 8
_DRAWER: Final = 1 << 32
_TAIL_ONLY: Final = (1 << 8 * _TAIL) - 1
_COUNTS_AT_MOST: Final = 2 * _BUCKETS
_BASE64: Final = 4 / 3
_ON_ITS_WAY: Final = bytes(_PRINT)


class DamagedStateError(ValueError):
    """What the state holds cannot be what this connector wrote."""


class Exact:
    """Every row's id and a print of its content.

    A row about to be delivered has an empty print: a state that is written before it goes out names its id,
    so that it is marked as deleted even if the sync is killed and the row is gone by the next one.

    Id and print are kept in one piece under the id, as the state holds them: it is written often.
    """

    name: ClassVar[str] = "exact"
    keeps_place: ClassVar[bool] = True

    def __init__(self, known: dict[bytes, bytes] | None = None) -> None:
        self._known = known or {}
        self._met: dict[bytes, bytes] = {}

    @classmethod
    def load(cls, facts: JsonObject) -> "Exact":
        """Read what `dump` wrote; raises DamagedStateError."""
        packed = _unpacked(facts)
        if len(packed) % _ENTRY:
            raise DamagedStateError("its fingerprints end in the middle of one")
        known = {packed[at : at + _ID]: packed[at : at + _ENTRY] for at in range(0, len(packed), _ENTRY)}
        return cls(known)

    def unchanged(self, row: Row) -> bool:
        """Compare with the print of the last delivery."""
        now = _entry(row)
        row_id = now[:_ID]
        before = self._known.pop(row_id, None) or self._met.get(row_id)
        same = before == now
        self._met[row_id] = now if same else row_id + _ON_ITS_WAY
        return same

    def confirm(self, rows: Iterable[Row]) -> None:
        """Fill in the prints."""
        for entry in map(_entry, rows):
            self._met[entry[:_ID]] = entry

    def unmet(self) -> list[str]:
        """Every id that the pass did not meet."""
        self._known = {row_id: row_id + _ON_ITS_WAY for row_id in self._known}
        return [_spelled_id(row_id) for row_id in self._known]

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """Those that are known."""
        found = []
        for row_id in row_ids:
            packed = _packed_id(row_id)
            if self._known.pop(packed, None) or self._met.get(packed):
                self._met[packed] = packed + _ON_ITS_WAY
                found.append(row_id)
        return found

    def drop(self, row_ids: Iterable[str]) -> None:
        """Forget ids."""
        for row_id in row_ids:
            packed = _packed_id(row_id)
            self._known.pop(packed, None)
            self._met.pop(packed, None)

    def end_pass(self) -> None:
        """Forget ids that were not met."""
        self._known = {}

    def fits(self, budget: int) -> bool:
        """Count 22 bytes a row, in base64."""
        return self.count() * _ENTRY * _BASE64 <= budget

    def count(self) -> int:
        """Return how many rows are known."""
        return len(self._known) + len(self._met)

    def dump(self) -> JsonObject:
        """Join ids and prints."""
        rows = b"".join(chain(self._known.values(), self._met.values()))
        return {"memory": self.name, "count": self.count(), "rows": _packed(rows)}

    def coarser(self) -> "Digests":
        """Keep one number a row."""
        delivered = (entry for entry in self._met.values() if entry[_ID:] != _ON_ITS_WAY)
        return Digests(map(_mixed, self._known.values()), map(_mixed, delivered))


class Digests:
    """A number of forty bits a row, of its id and content: enough to know it again, not to name it.

    The numbers lie in 256 drawers by their first byte, so that sorting a million of them takes little room.
    """

    name: ClassVar[str] = "digests"
    keeps_place: ClassVar[bool] = False

    def __init__(self, known: Iterable[int] = (), met: Iterable[int] = ()) -> None:
        self._known = [array("I", sorted(drawer)) for drawer in _drawers(known)]
        self._met = _drawers(met)
        # Asked for with every row, so counted along.
        self._known_count, self._met_count = sum(map(len, self._known)), sum(map(len, self._met))

    @classmethod
    def load(cls, facts: JsonObject) -> "Digests":
        """Read what `dump` wrote; raises DamagedStateError."""
        counts, tails = array("H", zlib.decompress(_unpacked(facts, "counts"))), _unpacked(facts)
        if len(counts) != _BUCKETS or sum(counts) * _TAIL != len(tails):
            raise DamagedStateError("its digests are incomplete")
        heads = (head << (8 * _TAIL) for head, count in enumerate(counts) for _ in range(count))
        at = range(0, len(tails), _TAIL)
        return cls(head | int.from_bytes(tails[i : i + _TAIL]) for head, i in zip(heads, at, strict=True))

    def unchanged(self, row: Row) -> bool:
        """Look the number up among those delivered."""
        drawer, rest = divmod(_mixed(_entry(row)), _DRAWER)
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
            drawer, rest = divmod(_mixed(_entry(row)), _DRAWER)
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

    def fits(self, budget: int) -> bool:
        """Count three bytes a row, in base64, and the counts of the buckets."""
        return (self.count() * _TAIL + _COUNTS_AT_MOST) * _BASE64 <= budget

    def count(self) -> int:
        """Return how many numbers are kept: during a pass, old and new ones."""
        return max(self._known_count, self._met_count)

    def dump(self) -> JsonObject:
        """Sort the numbers and leave out their first two bytes, which the buckets' counts stand for."""
        counts, tails = array("H", bytes(_COUNTS_AT_MOST)), bytearray()
        for drawer, (known, met) in enumerate(zip(self._known, self._met, strict=True)):
            for rest in sorted({*known, *met}):
                counts[(drawer << 8) | (rest >> (8 * _TAIL))] += 1
                tails += (rest & _TAIL_ONLY).to_bytes(_TAIL)
        packed = _packed(zlib.compress(counts.tobytes()))
        return {"memory": self.name, "count": len(tails) // _TAIL, "counts": packed, "rows": _packed(tails)}

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

    def fits(self, budget: int) -> bool:  # noqa: ARG002 (it has no size)
        """Fit always."""
        return True

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


def _entry(row: Row) -> bytes:
    return _packed_id(row.key.id) + row.digest[:_PRINT]


def _mixed(entry: bytes) -> int:
    # Ids and digests are both evenly spread, so exclusive-or of the two is as well.
    return int.from_bytes(entry[_ID - _DIGEST : _ID]) ^ int.from_bytes(entry[_ID : _ID + _DIGEST])


def _packed_id(row_id: str) -> bytes:
    return bytes.fromhex(row_id.replace("-", ""))


def _spelled_id(packed: bytes) -> str:
    digits = packed.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _packed(raw: bytes | bytearray) -> str:
    return base64.b64encode(raw).decode("ascii")


def _unpacked(facts: JsonObject, member: str = "rows") -> bytes:
    text = facts.get(member)
    if not isinstance(text, str):
        raise DamagedStateError(f"it has no {member}")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as trouble:
        raise DamagedStateError(f"its {member} are not base64") from trouble
