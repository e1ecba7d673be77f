"""Shares out how many bytes the states of all streams may hold together.

A platform stores the states of all streams of a connection in one request, so they have one budget. What does
not fit is decided for the connection: the largest memory becomes coarser first, and of two as large the one
with fewer deleted rows so far. Before a sync this is planned from the last states; while it runs, streams
that grow make room in the same order, among those that have not ended.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from source_attio.changes.digests import digests_size
from source_attio.changes.prints import packed_size

GRADES: Final = ("exact", "digests", "watermark")
OVERHEAD: Final = 1200
"""What a state has besides its memory, with the message around it."""
_SURELY: Final = 0.95
"""A memory becomes finer again only if this share of the budget holds it, so that none goes to and fro."""


class Holder(Protocol):
    """A stream that is being read."""

    def give_up(self) -> int:
        """Go on with a coarser memory; returns its size."""


@dataclass(kw_only=True, slots=True, eq=False)
class Share:
    """One stream's part of the budget."""

    budget: "Budget"
    rows: int = 0
    """How many rows the last state told of."""
    deletes: int = 0
    """How many rows of the stream were deleted so far."""
    loaded: str = GRADES[0]
    """The memory of the last state."""
    grade: str = GRADES[0]
    """The finest memory that the plan has room for."""
    size: int = 0
    holder: Holder | None = None
    ended: bool = False

    def hold(self, size: int) -> None:
        """Say how much the memory takes now; this stream or another gives something up if it is too much."""
        self.size = size
        self.budget.keep()

    def shrink(self) -> None:
        """Take a coarser memory."""
        if self.holder:
            self.size = self.holder.give_up()
            return
        self.grade = GRADES[GRADES.index(self.grade) + 1]
        self.size = _size(self.grade, self.rows)

    @property
    def weight(self) -> float:
        """What giving up would gain, against what was there to be noticed."""
        return self.size / (1 + self.deletes)


@dataclass(kw_only=True, slots=True)
class Budget:
    """All streams' shares; `most` is None where nothing has to be given up."""

    most: int | None
    shares: dict[str, Share] = field(default_factory=dict)

    @classmethod
    def planned(
        cls, most: int | None, streams: Iterable[str], states: Mapping[str, Mapping[str, Any]]
    ) -> "Budget":
        """Decide what each stream may remember, by what the last states tell of all of them."""
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
        """Have memories become coarser until all of them fit."""
        while self.most is not None and self._total() > self.most:
            able = [each for each in self.shares.values() if each.size and not each.ended]
            if not able:
                return
            max(able, key=lambda each: each.weight).shrink()

    def _total(self) -> int:
        return sum(each.size + OVERHEAD for each in self.shares.values())

    def _grades(self, most: float) -> dict[str, str]:
        """Return the memory of each stream if all had so much room."""
        trial = Budget(most=int(most))
        for stream, share in self.shares.items():
            size = _size(GRADES[0], share.rows)
            trial.shares[stream] = Share(budget=trial, rows=share.rows, deletes=share.deletes, size=size)
        trial.keep()
        return {stream: share.grade for stream, share in trial.shares.items()}


def _share(budget: Budget, state: Mapping[str, Any]) -> Share:
    rows, deletes, loaded = state.get("count"), state.get("deletes"), state.get("memory")
    return Share(
        budget=budget,
        rows=rows if isinstance(rows, int) else 0,
        deletes=deletes if isinstance(deletes, int) else 0,
        loaded=loaded if isinstance(loaded, str) and loaded in GRADES else GRADES[0],
    )


def _steady(loaded: str, surely: str, at_most: str) -> str:
    """Return the memory to plan with; what is coarse becomes finer only where that will surely last."""
    if GRADES.index(at_most) >= GRADES.index(loaded):
        return at_most
    return min(surely, loaded, key=GRADES.index)


def _size(grade: str, rows: int) -> int:
    if not rows:
        return 0
    return {"exact": packed_size(rows, 0), "digests": digests_size(rows)}.get(grade, 0)
