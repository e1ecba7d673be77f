"""Fingerprints: every row's id and a print of its content, which show changed and deleted rows.

`packing` packs them into a state; `digests` holds the coarser memories.
"""

import json
from collections.abc import Iterable
from itertools import chain
from typing import ClassVar, Final

from attio_api.wire import JsonObject
from source_attio.changes.digests import Digests, mixed
from source_attio.changes.entries import KNOWN, MET, Entries
from source_attio.changes.prints import (
    ENTRY,
    ID,
    LAST,
    ON_ITS_WAY,
    DamagedStateError,
    check_count,
    entry_of,
    from_text,
    packed_size,
    print_of,
)
from source_attio.decode.ids import hashed, is_row_id, packed, spelled, uuid_bytes
from source_attio.decode.rows import Row

_OLD_ENTRY: Final = ID + 6
_FEW_NEW: Final = 8192
_SHARE_OF_NEW: Final = 8
"""More new rows than these few and this part of the others are sorted in with them."""


class Exact:
    """Every row's id and a print of its content.

    A row about to be delivered has an empty print. The state that goes before it names its id, so that it is
    marked as deleted even if the sync is killed and the row is gone by the next one.

    New rows are kept in a dict until they are many enough to be sorted in with the others. Only an id that is
    no UUID is kept as text beside its sixteen bytes, which are a hash of it.
    """

    name: ClassVar[str] = "exact"
    keeps_place: ClassVar[bool] = True

    def __init__(self, known: bytes = b"", odd: int = 0, texts: Iterable[str] = ()) -> None:
        self._entries = Entries(known)
        self._new: dict[bytes, bytes] = {}
        """Id → entry, of rows that were met and are not in `_entries` yet."""
        self._awaited: dict[str, bytes] = {}
        """Id → entry, of rows whose delivery is to be confirmed."""
        self._texts: dict[bytes, str] = {}
        """Hash → id, of the ids that are not UUIDs."""
        self._texts_size = 0
        for text in texts:
            self._keep_text(packed(text), text)
        self._odd = odd
        """How many ids were not random UUIDs when `dump` last counted them."""

    @classmethod
    def load(cls, facts: JsonObject) -> "Exact":
        """Read what `dump` wrote, in this version or the first; raises DamagedStateError."""
        from source_attio.changes.packing import names_twice, unpack  # noqa: PLC0415 (numpy takes a while to load)

        entries, odd = unpack(facts) if "heads" in facts else (_old_entries(facts), 0)
        if names_twice(entries):
            raise DamagedStateError("it names a row twice")
        check_count(facts, len(entries) // ENTRY)
        return cls(entries, odd, _texts(facts))

    @classmethod
    def naming(cls, row_ids: Iterable[str]) -> "Exact":
        """Remember ids without prints: each row counts as changed when it is met, and as gone when not."""
        ids = {packed(row_id): row_id for row_id in row_ids}
        texts = (row_id for row_id in ids.values() if uuid_bytes(row_id) is None)
        return cls(b"".join(row_id + ON_ITS_WAY for row_id in ids), texts=texts)

    def unchanged(self, row: Row) -> bool:
        """Whether the row's print is that of its last delivery; the row counts as met."""
        row_id, now = self._id_of(row), print_of(row)
        place = self._entries.place(row_id)
        if place < 0:
            entry = row_id + now
            if self._new.get(row_id) == entry:
                return True
            self._new[row_id] = row_id + ON_ITS_WAY
            self._awaited[row.key.id] = entry
            return False
        same = self._entries.print_at(place) == now
        self._entries.meet(place, now if same else ON_ITS_WAY)
        if not same:
            self._awaited[row.key.id] = row_id + now
        return same

    def confirm(self, rows: Iterable[Row]) -> None:
        """Remember the prints of delivered rows."""
        for row in rows:
            entry = self._awaited.pop(row.key.id, None) or entry_of(row)
            row_id = entry[:ID]
            if row_id in self._new:
                self._new[row_id] = entry
            else:
                self._keep(row_id, entry)

    def take(self, row: Row) -> None:
        """Remember a row as met and delivered, whatever was known of it."""
        row_id = self._id_of(row)
        self._keep(row_id, row_id + print_of(row))

    def unmet(self) -> list[str]:
        """Return every id that the pass did not meet."""
        ids = (entry[:ID] for entry in self._entries.marked(KNOWN))
        return [self._texts.get(row_id) or spelled(row_id) for row_id in ids]

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """Return those of the ids that are known; they stay remembered until `drop`."""
        found = []
        for row_id in row_ids:
            key = packed(row_id)
            if key in self._new or self._entries.place(key) >= 0:
                self._keep(key, key + ON_ITS_WAY)
                found.append(row_id)
        return found

    def drop(self, row_ids: Iterable[str]) -> None:
        """Forget ids."""
        for row_id in row_ids:
            key = packed(row_id)
            place = self._entries.place(key)
            if place >= 0:
                self._entries.drop(place)
            self._new.pop(key, None)
            self._forget_text(key)

    def end_pass(self) -> None:
        """Forget ids that were not met."""
        self._entries.forget_unmet()
        gone = [key for key in self._texts if key not in self._new and self._entries.place(key) < 0]
        for key in gone:
            self._forget_text(key)

    def size(self) -> int:
        """Return about how many bytes the state of this memory has."""
        return packed_size(self.count(), self._odd) + self._texts_size

    def count(self) -> int:
        """Return how many rows are known."""
        return self._entries.count + len(self._new)

    def dump(self) -> JsonObject:
        """Return ids and prints, packed for the state."""
        from source_attio.changes.packing import pack  # noqa: PLC0415 (numpy takes a while to load)

        if self._entries.has_dropped or len(self._new) > max(_FEW_NEW, self._entries.count // _SHARE_OF_NEW):
            self._entries.add(b"".join(self._new.values()), MET)
            self._new = {}
        packed_entries = pack(b"".join([self._entries.raw, *self._new.values()]))
        self._odd = len(str(packed_entries.get("odd", ""))) * 3 // 4 // ENTRY
        texts: JsonObject = {"texts": [*self._texts.values()]} if self._texts else {}
        return {"memory": self.name, "count": self.count(), **packed_entries, **texts}

    def coarser(self) -> Digests:
        """Keep one number a row; met rows whose delivery is not confirmed are left out."""
        met = chain(self._entries.marked(MET), self._new.values())
        delivered = (entry for entry in met if entry[ID:] != ON_ITS_WAY)
        return Digests(map(mixed, self._entries.marked(KNOWN)), map(mixed, delivered))

    def _keep(self, row_id: bytes, entry: bytes) -> None:
        """Keep an entry as that of a row that was met."""
        place = self._entries.place(row_id)
        if place >= 0:
            self._entries.meet(place, entry[ID:])
        else:
            self._new[row_id] = entry

    def _id_of(self, row: Row) -> bytes:
        """Return the row's id in sixteen bytes, and keep it as text if it is not a UUID."""
        found = uuid_bytes(row.key.id)
        if found is None:
            found = hashed(row.key.id)
            self._keep_text(found, row.key.id)
        return found

    def _keep_text(self, key: bytes, text: str) -> None:
        self._forget_text(key)
        self._texts[key] = text
        self._texts_size += _text_size(text)

    def _forget_text(self, key: bytes) -> None:
        text = self._texts.pop(key, None)
        if text is not None:
            self._texts_size -= _text_size(text)


def _old_entries(facts: JsonObject) -> bytes:
    """Read entries of state version 1 (an id and six bytes of print); thirty bits of a print are kept."""
    packed = from_text(facts, "rows")
    if len(packed) % _OLD_ENTRY:
        raise DamagedStateError("its `rows` end in the middle of one")
    cut = [packed[at : at + ENTRY] for at in range(0, len(packed), _OLD_ENTRY)]
    return b"".join(entry[: ENTRY - 1] + LAST[entry[ENTRY - 1]] for entry in cut)


def _texts(facts: JsonObject) -> list[str]:
    """Read the ids that are not UUIDs; raises DamagedStateError."""
    found = facts.get("texts", [])
    if not isinstance(found, list) or not all(map(is_row_id, found)):
        raise DamagedStateError("its `texts` are not ids")
    return [str(each) for each in found]


def _text_size(text: str) -> int:
    """Return about how many bytes an id takes in a list in JSON."""
    return len(json.dumps(text, ensure_ascii=False).encode()) + 1
