"""Dedup among the rows of one input: of several rows with one key only the last is written.

Rows with the same key mean the same record: a later one supersedes an earlier one. So the order of the input
decides, and the same input gives the same result.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from destination_attio.model.change import OTHER_DATA, Change, FieldChange
from destination_attio.rows.keys import token_of
from destination_attio.rows.lookups import Lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from attio_api.wire import Json, JsonObject
    from destination_attio.rows.desired import Desired
    from destination_attio.storage.scratch import Scratch


class Dedup:
    """Knows the last row of each key: of a batch, and of as much of the input as was noted."""

    def __init__(
        self,
        scratch: Scratch,
        place: str,
        reads: Callable[[Mapping[str, Any]], JsonObject],
        to_come: Callable[[Collection[int]], Mapping[int, Desired]],
    ) -> None:
        """`reads` gives the columns of a row that are read, and `to_come` the rows of later batches."""
        self._scratch, self._place, self._reads, self._to_come = scratch, place, reads, to_come
        self._is_watched = self._is_known = False

    def know(self, rows: Sequence[Desired], is_sound: Callable[[Desired], bool]) -> None:
        """Note an input's rows before their first batch; all of them come through `count` later.

        A row that repeats a key is noted only when it is sound, since a row that will be rejected supersedes
        none.
        """
        known = set(self._scratch.last(self._place, [row.identity for row in rows]))
        noted: list[Desired] = []
        for row in rows:
            if row.identity not in known or is_sound(row):
                noted.append(row)
                known.add(row.identity)
        self._note(noted)
        self._is_known = True

    def watch(self) -> None:
        """Note all rows from now on, since later rows may overtake the one that waits."""
        self._is_watched = True

    def count(self, rows: Sequence[Desired]) -> tuple[list[Desired], list[Change]]:
        """The rows to write, in their order, and the changes of those that a later row supersedes."""
        here = {row.identity: row for row in rows if row.identity}
        last = {identity: row.row_number for identity, row in here.items()}
        if self._is_watched and not self._is_known:
            self._note(rows)
        said: dict[str, str] = {}
        if self._is_watched or self._is_known:
            found = self._scratch.last(self._place, list(last))
            last |= {identity: number for identity, (number, _) in found.items()}
            said = {identity: digest for identity, (_, digest) in found.items()}
        kept = [row for row in rows if last.get(row.identity, 0) <= row.row_number]
        gone = [row for row in rows if last.get(row.identity, 0) > row.row_number]
        at_hand = {row.row_number: row for row in here.values()}
        return kept, self._superseded(
            gone, {row.row_number: last[row.identity] for row in gone}, at_hand, said
        )

    def _superseded(
        self,
        gone: Sequence[Desired],
        by: Mapping[int, int],
        at_hand: Mapping[int, Desired],
        said: Mapping[str, str],
    ) -> list[Change]:
        """The changes of rows by the number of the row that counts, with what both say where they differ."""
        digests = {number: self._digest(at_hand[number]) for number in at_hand.keys() & {*by.values()}}
        differing = {
            row.row_number
            for row in gone
            if digests.get(by[row.row_number], said.get(row.identity)) != self._digest(row)
        }
        counting = {**at_hand, **self._to_come({by[one] for one in differing} - at_hand.keys())}
        return [
            superseded(
                row,
                by[row.row_number],
                "has the same key and comes later",
                differs=row.row_number in differing,
                counts=counting.get(by[row.row_number]),
            )
            for row in gone
        ]

    def _note(self, rows: Iterable[Desired]) -> None:
        noted = [(row.identity, row.row_number, self._digest(row)) for row in rows if row.identity]
        self._scratch.note_last(self._place, noted)

    def _digest(self, row: Desired) -> str:
        """A digest of the columns that are read; small enough to keep for every row of an input."""
        return blake2b(token_of([self._reads(row.row)]).encode(), digest_size=12).hexdigest()


def superseded(
    row: Desired, by: int, has: str, *, differs: bool = False, counts: Desired | None = None
) -> Change:
    """The change of a row that another row supersedes; different data in it are lost.

    Where the other row is at hand, the fields show this row's value and the other row's value.
    """
    lost = _apart(row, counts) if differs and counts else ()
    return Change(
        kind="superseded",
        stream=row.binding.stream,
        target=row.binding.target.name,
        key=row.key,
        row_number=row.row_number,
        fields=lost,
        reason=f"Row {by} {has}{', with other data' if differs else ''}.",
        code=OTHER_DATA if differs else None,
        remedy="Put both together in one row, or leave one of them out."
        if differs
        else "Nothing needs to be done: one row of each is enough.",
    )


def _apart(row: Desired, counts: Desired) -> tuple[FieldChange, ...]:
    """The values in which two rows differ: what one would set, and what the other sets."""
    mine, others = _said(row), _said(counts)
    pairs = ((slug, mine.get(slug), others.get(slug)) for slug in dict.fromkeys((*mine, *others)))
    return tuple(
        FieldChange(attribute=slug, before=one, after=other) for slug, one, other in pairs if one != other
    )


def _said(row: Desired) -> dict[str, Json]:
    """The row's values; a reference to a record without a known id is the value that the row refers by."""
    pointers: dict[str, Json] = {
        slug: [one.value if isinstance(one, Lookup) else one for one in some]
        for slug, some in row.pointers.items()
    }
    return {**row.values, **pointers}
