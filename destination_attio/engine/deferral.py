"""Deferred rows: which wait for records that the same run may still make, and when they need not any more.

A row points at a record that is not there. While the input goes on, it waits when a stream may still bring
that record. Once nothing more comes, rows that give each other what they want are made first and linked
afterwards; for the others the settings' policy for missing references decides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from destination_attio.rows.keys import token_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from destination_attio.rows.desired import Desired
    from destination_attio.storage.deferred_rows import Aside

Address = tuple[str, str, str]
"""Where a record is found: object, attribute, comparable value."""
Prospect = Literal["wait", "link", "none"]
"""What is to be hoped for of a missing record: it may come, it will be made by a waiting row, nothing."""
AT_ONCE: Final = 1000
"""Woken rows that are decided together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Want:
    """A missing record: one of these addresses will do; `is_vital` when the row is refused without it."""

    addresses: tuple[Address, ...]
    is_vital: bool


@dataclass(kw_only=True)
class Waiting:
    """The rows of all streams of a run that wait."""

    aside: Aside
    phase: Literal["open", "linking", "closed"] = "open"
    _objects: list[str | None] = field(init=False, default_factory=list)
    _open: set[int] = field(init=False, default_factory=set)
    _pointed_by: dict[str, set[str]] = field(init=False, default_factory=lambda: defaultdict(set))

    def enter(self, object_slug: str | None) -> int:
        """A stream that may bring records of the object (None: nothing that is pointed at); its lane."""
        self._objects.append(object_slug)
        self._open.add(len(self._objects) - 1)
        return len(self._objects) - 1

    def end(self, lane: int) -> None:
        """No more rows of this lane come."""
        self._open.discard(lane)

    def end_all(self) -> None:
        """No more rows come at all."""
        self._open.clear()

    def prospect(self, want: Want) -> Prospect:
        """What is to be hoped for of a missing record."""
        if self.phase == "open":
            return "wait" if any(self._may_bring(one[0]) for one in want.addresses) else "none"
        if self.phase == "closed":
            return "none"
        if any(self.aside.is_given(token_of(one)) for one in want.addresses):
            return "link"
        return "wait" if want.is_vital else "none"

    def pointed_by(self, object_slug: str) -> Collection[str]:
        """The attributes of the object by which rows that wait, or waited, point at its records."""
        return self._pointed_by.get(object_slug, ())

    def put(self, lane: int, rows: Iterable[tuple[Desired, Sequence[Want]]]) -> None:
        """Put rows aside."""
        kept = list(rows)
        for _, wants in kept:
            for object_slug, attribute, _ in (each for want in wants for each in want.addresses):
                self._pointed_by[object_slug].add(attribute)
        self.aside.put(
            lane,
            (
                (
                    row.row_number,
                    row.row,
                    [
                        (token_of(address), pointer, want.is_vital)
                        for pointer, want in enumerate(wants)
                        for address in want.addresses
                    ],
                )
                for row, wants in kept
            ),
        )

    def wake(self, addresses: Iterable[Address]) -> None:
        """Records were made that rows may wait for."""
        self.aside.wake({token_of(one) for one in addresses})

    def woken(self, lane: int) -> list[tuple[int, Any]]:
        """Rows of the lane that wait no longer, a thousand at once."""
        return self.aside.take(lane, AT_ONCE, ready_only=True)

    def _may_bring(self, object_slug: str) -> bool:
        return any(
            slug == object_slug and (lane in self._open or self.aside.oldest(lane) is not None)
            for lane, slug in enumerate(self._objects)
        )
