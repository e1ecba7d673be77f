"""Ids and prints of many rows in one piece of memory, twenty bytes each, sorted into drawers.

A dict of as many takes two hundred bytes a row. Here an index says where each drawer begins, so that an id is
looked for among few. An id's drawer is its remainder by a prime, in which all of its bytes have a part: ids
that were given in order begin alike, others end alike. Entries are added many at a time, since all are sorted
anew then.
"""

from array import array
from collections.abc import Iterator
from typing import Final

from source_attio.changes.prints import BYTE, ENTRY, ID

KNOWN: Final = 0
MET: Final = 1
_DROPPED: Final = 2
_FORGET_UNMET: Final = bytes([_DROPPED, *range(1, BYTE)])


class Entries:
    """Entries of distinct ids, each marked as known or as met."""

    def __init__(self, entries: bytes = b"", mark: int = KNOWN) -> None:
        self.raw = bytearray()
        """All entries; those that were dropped stay until the next `add`."""
        self._marks = bytearray()
        self._index = array("I", bytes(8))
        """Where the entries of each drawer begin, and the end."""
        self._drawers = 1
        self.count = 0
        if entries:
            self.add(entries, mark)

    @property
    def has_dropped(self) -> bool:
        """Whether `raw` holds entries that were dropped."""
        return self.count < len(self._marks)

    def add(self, entries: bytes, mark: int) -> None:
        """Add entries of ids that are not here, and clear away the dropped ones."""
        from source_attio.changes.packing import arranged  # noqa: PLC0415 (numpy takes a while to load)

        whole = self.raw + entries
        marks = self._marks + bytes([mark]) * (len(entries) // ENTRY)
        self.raw = bytearray()
        self.raw, self._marks, self._index = arranged(whole, marks, dropped=_DROPPED)
        self._drawers = len(self._index) - 1
        self.count = len(self._marks)

    def place(self, row_id: bytes) -> int:
        """Return where an id's entry begins; -1 when it is not here."""
        drawer = int.from_bytes(row_id) % self._drawers
        begin, end = self._index[drawer], self._index[drawer + 1]
        at = self.raw.find(row_id, begin, end)
        while at >= 0 and (at % ENTRY or self._marks[at // ENTRY] == _DROPPED):
            at = self.raw.find(row_id, at + 1, end)
        return at

    def print_at(self, place: int) -> bytearray:
        """Return the print of the entry that begins at a place."""
        return self.raw[place + ID : place + ENTRY]

    def meet(self, place: int, now: bytes) -> None:
        """Give the entry at a place another print, and mark it as met."""
        self.raw[place + ID : place + ENTRY] = now
        self._marks[place // ENTRY] = MET

    def drop(self, place: int) -> None:
        """Forget the entry at a place."""
        self._marks[place // ENTRY] = _DROPPED
        self.count -= 1

    def forget_unmet(self) -> None:
        """Forget all entries that are only known."""
        self.count -= self._marks.count(KNOWN)
        self._marks = self._marks.translate(_FORGET_UNMET)

    def marked(self, mark: int) -> Iterator[bytes]:
        """Yield each entry that has a mark."""
        for number, each in enumerate(self._marks):
            if each == mark:
                yield bytes(self.raw[number * ENTRY : (number + 1) * ENTRY])
