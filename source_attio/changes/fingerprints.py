"""Fingerprints: every row's id and a print of its content, which show changed and deleted rows.

`packing` packs them into a state; `digests` holds the coarser memories.
"""

import json
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
    print_of,
)
from source_attio.decode.ids import hashed, packed, spelled, uuid_bytes
from source_attio.decode.rows import Row

_OLD_ENTRY: Final = ID + 6


class Exact:
    """Every row's id and a print of its content.

    A row about to be delivered has an empty print. The state that goes before it names its id, so that it is
    marked as deleted even if the sync is killed and the row is gone by the next one.

    The value under an id is id and print in one piece, as the state holds them, since states are made often.
    Only an id that is no UUID is kept as text beside its sixteen bytes, which are a hash of it.
    """

    name: ClassVar[str] = "exact"
    keeps_place: ClassVar[bool] = True

    def __init__(
        self, known: dict[bytes, bytes] | None = None, odd: int = 0, texts: Iterable[str] = ()
    ) -> None:
        self._known = known or {}
        self._met: dict[bytes, bytes] = {}
        self._texts: dict[bytes, str] = {}
        """Hash → id, of the ids that are no UUIDs."""
        self._texts_size = 0
        for text in texts:
            self._keep_text(packed(text), text)
        self._odd = odd
        """How many ids were not random UUIDs when `dump` last counted them."""

    @classmethod
    def load(cls, facts: JsonObject) -> "Exact":
        """Read what `dump` wrote, in this version or the first; raises DamagedStateError."""
        from source_attio.changes.packing import unpack  # noqa: PLC0415 (numpy takes a while to load)

        entries, odd = unpack(facts) if "heads" in facts else (_old_entries(facts), 0)
        return cls({entry[:ID]: entry for entry in entries}, odd, _texts(facts))

    @classmethod
    def naming(cls, row_ids: Iterable[str]) -> "Exact":
        """Remember ids without prints: each row counts as changed when it is met, and as gone when not."""
        ids = {packed(row_id): row_id for row_id in row_ids}
        texts = (row_id for row_id in ids.values() if uuid_bytes(row_id) is None)
        return cls({row_id: row_id + ON_ITS_WAY for row_id in ids}, texts=texts)

    def unchanged(self, row: Row) -> bool:
        """Whether the row's print is that of its last delivery; the row counts as met."""
        row_id = self._id_of(row)
        now = row_id + print_of(row)
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
        row_id = self._id_of(row)
        self._known.pop(row_id, None)
        self._met[row_id] = row_id + print_of(row)

    def unmet(self) -> list[str]:
        """Return every id that the pass did not meet."""
        return [self._texts.get(row_id) or spelled(row_id) for row_id in self._known]

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """Return those of the ids that are known; they stay remembered until `drop`."""
        found = []
        for row_id in row_ids:
            key = packed(row_id)
            if self._known.pop(key, None) or self._met.get(key):
                self._met[key] = key + ON_ITS_WAY
                found.append(row_id)
        return found

    def drop(self, row_ids: Iterable[str]) -> None:
        """Forget ids."""
        for row_id in row_ids:
            key = packed(row_id)
            self._known.pop(key, None)
            self._met.pop(key, None)
            self._forget_text(key)

    def end_pass(self) -> None:
        """Forget ids that were not met."""
        for key in [each for each in self._texts if each not in self._met]:
            self._forget_text(key)
        self._known = {}

    def size(self) -> int:
        """Return about how many bytes the state of this memory has."""
        return packed_size(self.count(), self._odd) + self._texts_size

    def count(self) -> int:
        """Return how many rows are known."""
        return len(self._known) + len(self._met)

    def dump(self) -> JsonObject:
        """Return ids and prints, packed for the state."""
        from source_attio.changes.packing import pack  # noqa: PLC0415 (numpy takes a while to load)

        entries = pack(b"".join(chain(self._known.values(), self._met.values())))
        self._odd = len(str(entries.get("odd", ""))) * 3 // 4 // ENTRY
        texts: JsonObject = {"texts": [*self._texts.values()]} if self._texts else {}
        return {"memory": self.name, "count": self.count(), **entries, **texts}

    def coarser(self) -> Digests:
        """Keep one number a row; met rows whose delivery is not confirmed are left out."""
        delivered = (entry for entry in self._met.values() if entry[ID:] != ON_ITS_WAY)
        return Digests(map(mixed, self._known.values()), map(mixed, delivered))

    def _id_of(self, row: Row) -> bytes:
        """Return the row's id in sixteen bytes, and keep it as text if it is no UUID."""
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


def _old_entries(facts: JsonObject) -> list[bytes]:
    """Read entries of state version 1 (an id and six bytes of print); thirty bits of a print are kept."""
    packed = from_text(facts, "rows")
    if len(packed) % _OLD_ENTRY:
        raise DamagedStateError("its `rows` end in the middle of one")
    cut = [packed[at : at + ENTRY] for at in range(0, len(packed), _OLD_ENTRY)]
    return [entry[: ENTRY - 1] + LAST[entry[ENTRY - 1]] for entry in cut]


def _texts(facts: JsonObject) -> list[str]:
    """Read the ids that are no UUIDs; raises DamagedStateError."""
    found = facts.get("texts") or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise DamagedStateError("its `texts` are no ids")
    return [str(each) for each in found]


def _text_size(text: str) -> int:
    """Return about how many bytes an id takes in a list in JSON."""
    return len(json.dumps(text, ensure_ascii=False).encode()) + 1
