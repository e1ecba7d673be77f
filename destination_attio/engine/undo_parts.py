"""Splits a run's changes into parts in which they can be undone together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from destination_attio.storage.journal import JournalledChange

PART: Final = 100


def undo_parts(entries: Iterable[JournalledChange]) -> Iterator[Sequence[JournalledChange]]:
    """Parts with at most one change per record: a second one is undone after the first was written."""
    part: list[JournalledChange] = []
    seen: set[str | None] = set()
    for one in entries:
        if len(part) == PART or one.change.record_id in seen:
            yield part
            part, seen = [], set()
        part.append(one)
        seen.add(one.change.record_id)
    if part:
        yield part
