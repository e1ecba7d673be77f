"""Deferred rows: rows that wait for records which the same run may still make, and when they stop waiting.

A row waits when it points at a missing record and a stream of the input may still bring that record. At the
end of the input, rows that bring each other's records are made first and linked afterwards. For all others
the policy for missing references decides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from destination_attio.rows.keys import token_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from destination_attio.rows.desired import Desired
    from destination_attio.storage.deferred_rows import DeferredRows

Address = tuple[str, str, str]
"""How a record is found: object, attribute, comparable value."""
Prospect = Literal["wait", "link", "none"]
"""Whether a missing record can still appear: wait for it, link it later, or never."""
AT_ONCE: Final = 1000
"""Rows that are taken at once when they need not wait any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Want:
    """A missing record, found at any of these addresses; `is_vital` when its row is rejected without it."""

    addresses: tuple[Address, ...]
    is_vital: bool


@dataclass(kw_only=True)
class Deferrals:
    """The waiting rows of all streams of a run."""

    aside: DeferredRows
    phase: Literal["open", "linking", "closed"] = "open"
    _objects: list[str | None] = field(init=False, default_factory=list)
    _open: set[int] = field(init=False, default_factory=set)
    _pointed_by: dict[str, set[str]] = field(init=False, default_factory=lambda: defaultdict(set))

    def enter(self, object_slug: str | None) -> int:
        """Register a stream that may bring records of an object (None: of none); returns its lane."""
        self._objects.append(object_slug)
        self._open.add(len(self._objects) - 1)
        return len(self._objects) - 1

    def end(self, lane: int) -> None:
        """Note that no more rows of this lane come."""
        self._open.discard(lane)

    def end_all(self) -> None:
        """Note that no more rows of any lane come."""
        self._open.clear()

    def prospect(self, want: Want) -> Prospect:
        """Whether a missing record can still appear: wait, link later, or never."""
        if self.phase == "open":
            return "wait" if any(self._may_bring(one[0]) for one in want.addresses) else "none"
        if self.phase == "closed":
            return "none"
        if any(self.aside.is_given(token_of(one)) for one in want.addresses):
            return "link"
        return "wait" if want.is_vital else "none"

    def pointed_by(self, object_slug: str) -> Collection[str]:
        """The attributes by which rows that wait, or waited, point at the object's records."""
        return self._pointed_by.get(object_slug, ())

    def put(self, lane: int, rows: Iterable[tuple[Desired, Sequence[Want]]]) -> None:
        """Put rows aside with the records that they wait for."""
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
        """Note that records at these addresses exist, so that rows need not wait for them."""
        self.aside.wake({token_of(one) for one in addresses})

    def woken(self, lane: int, most: int | None = None) -> list[tuple[int, Any]]:
        """The next rows of the lane that need not wait any more, at most AT_ONCE or `most`."""
        return self.aside.take(lane, AT_ONCE if most is None else most, ready_only=True)

    def _may_bring(self, object_slug: str) -> bool:
        return any(
            slug == object_slug and (lane in self._open or self.aside.oldest(lane) is not None)
            for lane, slug in enumerate(self._objects)
        )
