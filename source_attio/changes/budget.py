"""Divides the byte budget of a connection's states among its streams.

A platform stores the states of all streams of a connection in one request, so they have one budget. When they
exceed it, the stream with the greatest `size / (1 + rows deleted so far)` takes a coarser memory first. The
plan before a sync is made from the last states. During the sync the same rule picks among the streams that
have not ended.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeGuard

from source_attio.changes.digests import digests_size
from source_attio.changes.prints import packed_size

GRADES: Final = ("exact", "digests", "watermark")
OVERHEAD: Final = 1200
"""Bytes of a state besides its memory, including the message around it."""
_MOST_ROWS: Final = 1 << 40
"""More rows than any workspace has; a greater number in a state is damage."""
_SPARE: Final = 0.01
"""Share of the budget for what streams state before the one that shrinks has stated its smaller memory."""
_SURELY: Final = 0.95
"""A memory becomes finer again only if this share of the budget holds it, so that it does not alternate."""


class Holder(Protocol):
    """A stream that is being read and can take a coarser memory."""

    def give_up(self) -> int:
        """Take a coarser memory; returns its size in bytes."""


@dataclass(kw_only=True, slots=True, eq=False)
class Share:
    """One stream's part of the budget."""

    budget: "Budget"
    rows: int = 0
    """Number of rows that the last state counted."""
    deletes: int = 0
    """Number of the stream's rows that were deleted so far."""
    loaded: str = GRADES[0]
    """The grade of the last state's memory."""
    grade: str = GRADES[0]
    """The finest grade that the plan has room for."""
    size: int = 0
    holder: Holder | None = None
    ended: bool = False

    def hold(self, size: int) -> None:
        """Note the memory's size in bytes; over budget, this stream or another gets a coarser memory."""
        self.size = size
        self.budget.keep()

    def shrink(self) -> None:
        """Take a coarser memory: in the stream while it is read, before that only in the plan."""
        if self.holder:
            self.size = self.holder.give_up()
            return
        self.grade = GRADES[GRADES.index(self.grade) + 1]
        self.size = _size(self.grade, self.rows)

    @property
    def weight(self) -> float:
        """Bytes divided by one more than the deleted rows; the share with the greatest shrinks first.

        Of two that weigh about the same, the one whose last state was coarse already goes first: what was
        deleted since an exact state is still to be noticed.
        """
        coarse = self.loaded != GRADES[0]
        return self.size / (1 + self.deletes) / (_SURELY if coarse else 1)


@dataclass(kw_only=True, slots=True)
class Budget:
    """All streams' shares; `most` is their limit in bytes, or None for no limit."""

    most: int | None
    shares: dict[str, Share] = field(default_factory=dict)

    @classmethod
    def planned(
        cls, most: int | None, streams: Iterable[str], states: Mapping[str, Mapping[str, Any]]
    ) -> "Budget":
        """Plan each stream's grade from the row counts and deletions in the last states."""
        budget = cls(most=most)
        for stream in streams:
            budget.shares[stream] = _share(budget, states.get(stream, {}))
        if most is not None:
            surely, at_most = budget._grades(most * _SURELY), budget._grades(most)
            for stream, share in budget.shares.items():
                share.grade = _steady(share.loaded, surely[stream], at_most[stream])
                share.size = _size(share.grade, share.rows)
        return budget

    def join(self, stream: str) -> Share:
        """Return a stream's share, a new one if the plan did not know of it."""
        return self.shares.setdefault(stream, Share(budget=self))

    def keep(self) -> None:
        """Make one memory after another coarser until all states fit or none can shrink any more."""
        while self.most is not None and self._total() > self.most * (1 - _SPARE):
            able = [each for each in self.shares.values() if each.size and not each.ended]
            if not able:
                return
            max(able, key=lambda each: each.weight).shrink()

    def _total(self) -> int:
        return sum(each.size + OVERHEAD for each in self.shares.values())

    def _grades(self, most: float) -> dict[str, str]:
        """Return each stream's grade if the states together had `most` bytes."""
        trial = Budget(most=int(most))
        for stream, share in self.shares.items():
            size = _size(GRADES[0], share.rows)
            trial.shares[stream] = Share(
                budget=trial, rows=share.rows, deletes=share.deletes, loaded=share.loaded, size=size
            )
        trial.keep()
        return {stream: share.grade for stream, share in trial.shares.items()}


def is_count(value: object) -> TypeGuard[int]:
    """Whether a member of a state can be a number of rows."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_ROWS


def _share(budget: Budget, state: Mapping[str, Any]) -> Share:
    rows, deletes, loaded = state.get("count"), state.get("deletes"), state.get("memory")
    return Share(
        budget=budget,
        rows=rows if is_count(rows) else 0,
        deletes=deletes if is_count(deletes) else 0,
        loaded=loaded if isinstance(loaded, str) and loaded in GRADES else GRADES[0],
    )


def _steady(loaded: str, surely: str, at_most: str) -> str:
    """Return the grade to plan; a coarse one becomes finer only if the finer one fits with a margin."""
    if GRADES.index(at_most) >= GRADES.index(loaded):
        return at_most
    return min(surely, loaded, key=GRADES.index)


def _size(grade: str, rows: int) -> int:
    if not rows:
        return 0
    return {"exact": packed_size(rows, 0), "digests": digests_size(rows)}.get(grade, 0)
