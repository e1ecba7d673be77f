"""The memory of the rows that a stream delivered, in three grades of exactness and size.

| grade       | bytes a row in the state | notices                          | does not notice      |
|-------------|--------------------------|----------------------------------|----------------------|
| `Exact`     | 23                       | edits, clears, deletes           | nothing              |
| `Digests`   | 4                        | edits, clears                    | deletes              |
| `Watermark` | 0                        | edits                            | deletes and clears   |

When the states of all streams exceed their budget, `budget` picks a stream whose memory turns into the next
grade. `detection` asks the memory whether a row changed.
"""

from collections.abc import Iterable
from typing import ClassVar, Final, Protocol

from attio_api.wire import JsonObject
from source_attio.changes.digests import Digests, Watermark
from source_attio.changes.fingerprints import Exact
from source_attio.changes.prints import DamagedStateError
from source_attio.decode.rows import Row

__all__ = ["AnyMemory", "DamagedStateError", "Digests", "Exact", "Memory", "Watermark", "load"]


class Memory(Protocol):
    """The methods of all three grades of memory."""

    name: ClassVar[str]
    keeps_place: ClassVar[bool]
    """Whether an interrupted pass over rows that were delivered before may be resumed in the middle."""

    def unchanged(self, row: Row) -> bool:
        """Whether the row was delivered before and has not changed; if not, it awaits its `confirm`."""

    def confirm(self, rows: Iterable[Row]) -> None:
        """Remember rows as delivered."""

    def unmet(self) -> list[str]:
        """Return, after a whole pass, the ids that were delivered before and are gone."""

    def doom(self, row_ids: Iterable[str]) -> list[str]:
        """Return those of some deleted rows that may have been delivered; their tombstones come next."""

    def drop(self, row_ids: Iterable[str]) -> None:
        """Forget rows whose tombstones were delivered."""

    def end_pass(self) -> None:
        """Forget the rows that a whole pass did not meet."""

    def size(self) -> int:
        """Return about how many bytes the state of this memory has."""

    def count(self) -> int:
        """Return how many rows are remembered; a hint for planning, no more."""

    def dump(self) -> JsonObject:
        """Return the members of the state that hold this memory."""


AnyMemory = Exact | Digests | Watermark
GRADES: Final[dict[str, type[Exact | Digests | Watermark]]] = {
    grade.name: grade for grade in (Exact, Digests, Watermark)
}


def load(facts: JsonObject) -> AnyMemory:
    """Read a memory of whichever grade; raises DamagedStateError."""
    grade = GRADES.get(str(facts.get("memory")))
    if grade is None:
        raise DamagedStateError("it does not say what it remembers")
    return grade.load(facts)
