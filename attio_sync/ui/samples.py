"""A few telling values of each column, and how many of its cells are filled; one pass over all rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from attio_sync.show import wording

if TYPE_CHECKING:
    from attio_sync.rows.rows import Rows

SHOWN: Final = 3
_LONGEST: Final = 60


@dataclass(kw_only=True)
class Samples:
    """What is in a column."""

    filled: int = 0
    first: list[str] = field(default_factory=list)
    longest: str = ""
    shortest: str = ""

    def take(self, value: Any) -> None:  # noqa: ANN401 -- whatever a row holds
        """Look at one cell."""
        if value is None or value in ("", []):
            return
        text = wording.value(value)
        self.filled += 1
        if len(self.first) < SHOWN and text not in self.first:
            self.first.append(text)
        if len(text) > len(self.longest):
            self.longest = text
        if not self.shortest or len(text) < len(self.shortest):
            self.shortest = text

    @property
    def told(self) -> list[str]:
        """The odd ones first: the longest, the shortest, then what comes first."""
        found = dict.fromkeys(one for one in (self.longest, self.shortest, *self.first) if one)
        return [wording.shortened(one, _LONGEST) for one in found][:SHOWN]


def sampled(rows: Rows) -> dict[str, Samples]:
    """The samples of every column."""
    found = {column: Samples() for column in rows.columns}
    for row in rows.read():
        for column, value in row.items():
            if column in found:
                found[column].take(value)
    return found
