"""What CSV files and sheets share: a header among records, and rows under it; pure.

Programs put a title above the header and a copyright below the last row; both are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from attio_sync.failures import WrongUsage
from destination_attio.model.targets import UNREADABLE

if TYPE_CHECKING:
    from attio_api.wire import JsonObject

Record = tuple[int, Sequence[Any]]
"""A record: the number of its first line, and its cells."""
HEAD: Final = 50
"""Records among which the header is looked for."""
_MOST_BELOW: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """The names of the columns, and the number of their line."""

    names: tuple[str, ...]
    line: int
    remarks: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that have a name."""
        return tuple(filter(None, self.names))


def header_of(
    name: str, head: Sequence[Record], line: int | None = None, *, is_padded: bool = False
) -> Header:
    """Find the header, on `line` where that is set. Raises WrongUsage where there is none.

    The records of a sheet are padded: each has as many cells as the widest.
    """
    full = [
        (number, _trimmed(record) if is_padded else record)
        for number, record in head
        if any(map(_text, record)) and number >= (line or 0)
    ]
    if not full:
        raise WrongUsage(f"{name} has no header line.")
    place = 0 if line is not None else _place(full)
    number, record = full[place]
    names, remarks = _told_apart([_text(one) for one in record])
    above = [at for at, _ in full[:place]]
    if above:
        remarks = (f"{_lines(above)} above the header of {name} left out.", *remarks)
    return Header(names=names, line=number, remarks=tuple(remarks))


def _place(full: Sequence[Record]) -> int:
    """The header's index: the first record, or the first wider one where that has one cell alone."""
    if len(full[0][1]) > 1:
        return 0
    wide = (at for at, (_, record) in enumerate(full) if len(_trimmed(record)) > 1)
    return next(wide, 0)


def _trimmed(record: Sequence[Any]) -> Sequence[Any]:
    width = max((at for at, one in enumerate(record, start=1) if _text(one)), default=0)
    return record[:width]


def _told_apart(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names, made unique: a second `Email` becomes `Email (2)`; and remarks on those."""
    found: list[str] = []
    twice: dict[str, None] = {}
    for name in names:
        told, number = name, 1
        while told and told in found:
            number += 1
            told = f"{name} ({number})"
            twice[name] = None
        found.append(told)
    remarks = [f"Several columns are called '{name}'; they are told apart as '{name} (2)'." for name in twice]
    return tuple(found), tuple(remarks)


@dataclass(kw_only=True)
class Body:
    """The records below the header, without text after the last row."""

    name: str
    header: Header
    below: list[int] = field(default_factory=list)
    """Numbers of lines after the last row that are no rows; complete once all was read."""

    def rows(self, records: Iterable[Record]) -> Iterator[JsonObject]:
        """Each record as a row; a row with too few or too many cells carries the reason to reject it."""
        for line, record in self._records(records):
            yield self._row(line, record)

    def remarks(self) -> tuple[str, ...]:
        """A sentence on the lines left out below."""
        return (f"{_lines(self.below)} below the last row of {self.name} left out.",) if self.below else ()

    def _records(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records without empty ones, and without single cells after a gap that no row follows."""
        waiting: list[Record] = []
        is_after_gap = False
        for line, record in records:
            if not any(map(_text, record)):
                is_after_gap = True
                continue
            is_lonely = len(self.header.columns) > 1 and len(_trimmed(record)) == 1
            if is_lonely and (waiting or is_after_gap) and len(waiting) < _MOST_BELOW:
                waiting.append((line, record))
                continue
            yield from waiting
            waiting, is_after_gap = [], False
            yield line, record
        self.below = [line for line, _ in waiting]

    def _row(self, line: int, record: Sequence[Any]) -> JsonObject:
        names, width = self.header.names, len(self.header.names)
        more = any(map(_text, record[width:]))
        row = {name: one if one != "" else None for name, one in zip(names, record, strict=False) if name}
        if len(record) < width or more:
            fields = "1 field" if len(record) == 1 else f"{len(record)} fields"
            row[UNREADABLE] = f"Line {line} has {fields} where the header has {width}."
        return row


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _lines(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Line {numbers[0]:,}"
    return f"{len(numbers):,} lines ({numbers[0]:,} to {numbers[-1]:,})"
