"""Fingerprints: every row's id and a print of its content, which show changed and deleted rows.

`packing` packs them into a state; `digests` holds the coarser memories.
"""

from collections.abc import Iterable
from itertools import chain
from typing import ClassVar, Final

from attio_api.wire import JsonObject
from source_attio.changes.digests import Digests, mixed
from source_attio.changes.prints import (
    ENTRY,
    ID,
    LAST,
    ON_ITS_WAY,
    DamagedStateError,
    entry_of,
    from_text,
    packed_size,
)
from source_attio.decode.rows import Row

_OLD_ENTRY: Final = ID + 6


class Exact:
    """Every row's id and a print of its content.

    A row about to be delivered has an empty print. The state that goes before it names its id, so that it is
    marked as deleted even if the sync is killed and the row is gone by the next one.

    The value under an id is id and print in one piece, as the state holds them, since states are made often.
    """

    name: ClassVar[str] = "exact"
    keeps_place: ClassVar[bool] = True

    def __init__(self, known: dict[bytes, bytes] | None = None, odd: int = 0) -> None:
        self._known = known or {}
        self._met: dict[bytes, bytes] = {}
        self._odd = odd
        """How many ids were not random UUIDs when `dump` last counted them."""

    @classmethod
    def load(cls, facts: JsonObject) -> "Exact":
        """Read what `dump` wrote, in this version or the first; raises DamagedStateError."""
        from source_attio.changes.packing import unpack  # noqa: PLC0415 (numpy takes a while to load)

        entries, odd = unpack(facts) if "heads" in facts else (_old_entries(facts), 0)
        return cls({entry[:ID]: entry for entry in entries}, odd)

    @classmethod
    def naming(cls, row_ids: Iterable[str]) -> "Exact":
        """Remember ids without prints: each row counts as changed when it is met, and as gone when not."""
        packed = (_packed_id(row_id) for row_id in row_ids)
        return cls({row_id: row_id + ON_ITS_WAY for row_id in packed})

    def unchanged(self, row: Row) -> bool:
        """Whether the row's print is that of its last delivery; the row counts as met."""
        now = entry_of(row)
        row_id = now[:ID]
        before = self._known.pop(row_id, None) or self._met.get(row_id)
        same = before == now
        self._met[row_id] = now if same else row_id + ON_ITS_WAY
        return same

    def confirm(self, rows: Iterable[Row]) -> None:
        """Remember the prints of delivered rows."""
        for entry in map(entry_of, rows):
            self._met[entry[:ID]] = entry

    def take(self, row: Row) -> None:
        """Remember a row as met and delivered, whatever was known of it."""
        entry = entry_of(row)
        self._known.pop(entry[:ID], None)
        self._met[entry[:ID]] = entry

    def unmet(self) -> list[str]:
        """Return every id that the pass did not meet."""
        return [_spelled_id(row_id) for row_id in self._known]

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """Return those of the ids that are known; they stay remembered until `drop`."""
        found = []
        for row_id in row_ids:
            packed = _packed_id(row_id)
            if self._known.pop(packed, None) or self._met.get(packed):
                self._met[packed] = packed + ON_ITS_WAY
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

    def size(self) -> int:
        """Return about how many bytes the state of this memory has."""
        return packed_size(self.count(), self._odd)

    def count(self) -> int:
        """Return how many rows are known."""
        return len(self._known) + len(self._met)

    def dump(self) -> JsonObject:
        """Return ids and prints, packed for the state."""
        from source_attio.changes.packing import pack  # noqa: PLC0415 (numpy takes a while to load)

        packed = pack(b"".join(chain(self._known.values(), self._met.values())))
        self._odd = len(str(packed.get("odd", ""))) * 3 // 4 // ENTRY
        return {"memory": self.name, "count": self.count(), **packed}

    def coarser(self) -> Digests:
        """Keep one number a row; met rows whose delivery is not confirmed are left out."""
        delivered = (entry for entry in self._met.values() if entry[ID:] != ON_ITS_WAY)
        return Digests(map(mixed, self._known.values()), map(mixed, delivered))


def _old_entries(facts: JsonObject) -> list[bytes]:
    """Read entries of state version 1 (an id and six bytes of print); thirty bits of a print are kept."""
    packed = from_text(facts, "rows")
    if len(packed) % _OLD_ENTRY:
        raise DamagedStateError("its `rows` end in the middle of one")
    cut = [packed[at : at + ENTRY] for at in range(0, len(packed), _OLD_ENTRY)]
    return [entry[: ENTRY - 1] + LAST[entry[ENTRY - 1]] for entry in cut]


def _packed_id(row_id: str) -> bytes:
    return bytes.fromhex(row_id.replace("-", ""))


def _spelled_id(packed: bytes) -> str:
    digits = packed.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
