"""Journals a run's writes: each one before it is made, and its outcome afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from destination_attio.rows.operation import Operation
    from destination_attio.storage.journal import Journal, Settlement


class JournalWriter:
    """Writes to the run's journal; does nothing where none is kept."""

    def __init__(
        self,
        journal: Journal | None,
        run_id: str,
        now: Callable[[], str],
        clock: Callable[[], str] = str,
    ) -> None:
        """`now` gives our time, `clock` Attio's, as far as an answer has told it."""
        self._journal, self._run_id, self._now, self._clock = journal, run_id, now, clock
        self._next = 1

    def renew(self, run_id: str) -> None:
        """Journal the next changes under another run."""
        self._run_id, self._next = run_id, 1

    def intend(self, operations: Sequence[Operation]) -> list[int]:
        """Number the operations and journal them as intended."""
        numbers = list(range(self._next, self._next + len(operations)))
        self._next += len(operations)
        if self._journal and operations:
            changes = [(number, one.change) for number, one in zip(numbers, operations, strict=True)]
            self._journal.intend(self._run_id, changes, self._now(), self._clock())
        return numbers

    def settle(self, settled: Sequence[Settlement]) -> None:
        """Journal the outcomes of intended changes."""
        if self._journal and settled:
            self._journal.settle(self._run_id, settled)

    def touched(self, ids: Collection[str]) -> Collection[str]:
        """Those of these records that a journaled run has made or changed."""
        return self._journal.touched(ids) if self._journal and ids else ()

    def know(self, actors: Collection[str]) -> None:
        """Journal the run's actors, so that after a kill its records can be told from those of others."""
        if self._journal:
            self._journal.know_actors(self._run_id, actors)
