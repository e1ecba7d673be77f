"""A record of a CSV file or a sheet before anything is known of its columns: its line and its cells; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

Record = tuple[int, Sequence[Any]]
"""A record: the number of its first line, and its cells."""
_BLANK: Final = " \t\r\n\f\v\u00a0\ufeff\x1a"
"""Signs around a cell that say nothing: also marks of an encoding, and of a file's end."""


class Lost(tuple[str, ...]):
    """A record that was passed over; its one item is the reason."""

    __slots__ = ()


def text_of(cell: object) -> str:
    """What a cell says, without blanks around it; an empty text for nothing."""
    return cell.strip(_BLANK) if isinstance(cell, str) else "" if cell is None else str(cell)


def told_lines(numbers: Sequence[int]) -> str:
    """The number of a line, or how many lines there are and where."""
    if len(numbers) == 1:
        return f"Line {numbers[0]:,}"
    return f"{len(numbers):,} lines ({numbers[0]:,} to {numbers[-1]:,})"
