"""What CSV files and sheets share: a header among records, and rows under it; pure.

Programs put a title above the header and a copyright below the last row; both are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from attio_sync.failures import WrongUsage
from attio_sync.rows import garbled
from destination_attio.model.targets import UNREADABLE

if TYPE_CHECKING:
    from attio_api.wire import JsonObject

Record = tuple[int, Sequence[Any]]
"""A record: the number of its first line, and its cells."""
HEAD: Final = 50
"""Records among which the header is looked for."""
_HEAD_LENGTH: Final = 1 << 20
"""Characters of records after which no further ones are held to look for the header."""
_MOST_BELOW: Final = 1000
_BLANK: Final = " \t\r\n\f\v\u00a0\ufeff\x1a"
"""Signs around a cell that say nothing: also marks of an encoding, and of a file's end."""
_INVISIBLE: Final = str.maketrans("", "", "\0\u200b\u200e\u200f\u2060\ufeff\u00ad")
"""Signs without a look, of copied text and damaged files: with one, a name looks like another and is none."""
_FORMULA: Final = re.compile(r'="((?:[^"]|"")*)"')
"""Matches a text that a program wrote as a formula, so that a spreadsheet keeps its zeros: `="007"`."""
_QUOTED: Final = re.compile(r"'([=@+-].*|[A-Z\d ().+-]*\d[A-Z\d ().+-]*)", re.DOTALL)
"""Matches a text behind the mark that keeps a spreadsheet from calculating it: `'+14155552671`, `'1234AB`.

A code has digits and no small letters, unlike `'s-Hertogenbosch`.
"""
_GUARDS: Final = ("=", "'")
_SUM: Final = re.compile(
    r"(?:grand |sub)?totals?|sum|summe|gesamt(?:summe)?|insgesamt|somme|total général|totale|totaal|suma",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(
    r"[-+(]?[^\w\s]?\s?\d[\d.,'\u2019\s]*[^\w\s]?\)?|[A-Z]{3}\s?\d[\d.,]*|\d[\d.,]*\s?[A-Z]{3}"
)
"""Matches a number as people write it, with a sign or code of a currency."""
_NUL: Final = {UNREADABLE: "it has a NUL, which is a character of damaged files and not of texts"}


class Lost(tuple[str, ...]):
    """A record that was passed over; its one item is the reason."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """The names of the columns, and the number of their line."""

    names: tuple[str, ...]
    line: int
    remarks: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    """The cells of the line, as they are."""

    @property
    def unnamed(self) -> frozenset[str]:
        """The names that were given to columns without one."""
        return frozenset(name for name, text in zip(self.names, self.texts, strict=True) if not text)


def head_of(records: Iterator[Record]) -> list[Record]:
    """The first records, in which the header is."""
    head: list[Record] = []
    length = 0
    for one in islice(records, HEAD):
        head.append(one)
        length += sum(map(len, one[1]))
        if length > _HEAD_LENGTH:
            break
    return head


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
    if full and isinstance(full[0][1], Lost):
        raise WrongUsage(f"{name} has no header line above its rows. {full[0][1][0]}")
    if not full:
        raise WrongUsage(f"{name} has no header line.")
    place = 0 if line is not None else _place(full)
    number, record = full[place]
    texts = tuple("" if isinstance(one, dict) else _text(one) for one in record)  # a formula without a result
    seen = [one.translate(_INVISIBLE) or f"Column {at}" for at, one in enumerate(texts, start=1)]
    _need_one_table(name, texts)
    names, remarks = _told_apart(seen)
    above = [at for at, _ in full[:place]]
    if above:
        remarks = (f"{told_lines(above)} above the header of {name} left out.", *remarks)
    return Header(names=names, line=number, remarks=tuple(remarks), texts=texts)


def _need_one_table(name: str, texts: Sequence[str]) -> None:
    """Raise WrongUsage where the names come again behind an empty column: those are another table's."""
    # Of the gaps with two names behind them the last one decides: it has most before it, and least behind.
    behind: set[str] = set()
    for at in reversed(range(len(texts))):
        if texts[at]:
            behind.add(texts[at])
        elif len(behind) > 1:
            if behind <= set(texts[:at]):
                raise WrongUsage(
                    f"{name} has two tables side by side: behind an empty column the same names come again. "
                    "Put the second table into a file of its own, or below the first."
                )
            return


def _place(full: Sequence[Record]) -> int:
    """The header's index: the first record, or the first wider one where that has one cell alone.

    A CSV file pads a title with empty cells, and a header of one column too: there only names follow a title.
    """
    first = full[0][1]
    if len(_trimmed(first)) > 1:
        return 0
    wide = (at for at, (_, record) in enumerate(full) if len(_trimmed(record)) > 1)
    found = next(wide, 0)
    return found if len(first) == 1 or _are_names(_trimmed(full[found][1])) else 0


def _are_names(record: Sequence[Any]) -> bool:
    texts = [_text(one) for one in record]
    return all(texts) and not any(one[0].isdigit() for one in texts)


def _trimmed(record: Sequence[Any]) -> Sequence[Any]:
    width = max((at for at, one in enumerate(record, start=1) if _text(one)), default=0)
    return record[:width]


def _told_apart(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names, made unique: a second `Email` becomes `Email (2)`; and remarks on those."""
    found: dict[str, None] = {}
    twice: dict[str, None] = {}
    for name in names:
        told, number = name, 1
        while told in found:
            number += 1
            told = f"{name} ({number})"
            twice[name] = None
        found[told] = None
    remarks = [f"Several columns are called '{name}'; they are told apart as '{name} (2)'." for name in twice]
    return tuple(found), tuple(remarks)


@dataclass(kw_only=True)
class Body:
    """The records below the header, without text after the last row."""

    name: str
    header: Header
    is_first: bool = True
    """Whether the records are read for the first time, and what is odd about them is found."""
    below: list[int] = field(default_factory=list)
    """Numbers of lines after the last row that are not rows; complete once all was read."""
    again: list[int] = field(default_factory=list)
    """Numbers of lines that repeat the header, as where files were put together."""
    titles: list[int] = field(default_factory=list)
    """Numbers of lines above such a line that are the title of a group of rows."""
    filled: set[str] = field(default_factory=set)
    """Columns without a name that have cells nevertheless."""
    garbled: tuple[str, str] | None = None
    """The first word that was read in a wrong encoding before it came into the file, and the right one."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that have a name or a cell; complete once all was read."""
        return tuple(one for one in self.header.names if one not in self._unnamed or one in self.filled)

    @cached_property
    def _unnamed(self) -> frozenset[str]:
        return self.header.unnamed

    def rows(self, records: Iterable[Record]) -> Iterator[JsonObject]:
        """Each record as a row; a row with too few or too many cells carries the reason to reject it."""
        for line, record in self._records(records):
            yield self._row(line, record)

    def remarks(self) -> tuple[str, ...]:
        """Sentences on the lines that are not rows."""
        told = (
            (self.below, f"below the last row of {self.name} left out."),
            (self.again, f"of {self.name} repeats the header: left out."),
            (self.titles, f"of {self.name} left out, above a header that comes again."),
        )
        return (
            *(f"{told_lines(lines)} {what}" for lines, what in told if lines),
            *(garbled.told(self.name, *one) for one in (self.garbled,) if one),
        )

    def _records(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records without empty ones; without sums and single cells after a gap that no row follows."""
        waiting: list[Record] = []
        is_after_gap = False
        is_wide = len(self.header.names) - len(self._unnamed) > 1
        for line, record in records:
            first = next(filter(None, map(_text, record)), "")
            if not first:
                is_after_gap = True
                continue
            if is_wide and self._is_header(record):
                self.again.append(line)
                self.titles += (at for at, _ in waiting)
                waiting.clear()
                continue
            may_be_below = (waiting or is_after_gap) and _is_lonely(record)
            if is_wide and (may_be_below or _is_sum(first, record)) and len(waiting) < _MOST_BELOW:
                waiting.append((line, record))
                continue
            yield from waiting
            waiting, is_after_gap = [], False
            yield line, record
        self.below = [line for line, _ in waiting]

    def _is_header(self, record: Sequence[Any]) -> bool:
        texts = self.header.texts
        return _text(record[0]) == texts[0] and tuple(map(_text, record)) == texts

    def _row(self, line: int, record: Sequence[Any]) -> JsonObject:
        if isinstance(record, Lost):
            return {UNREADABLE: record[0]}
        names, width = self.header.names, len(self.header.names)
        if self.is_first and self.garbled is None:
            self.garbled = garbled.garbled_word(record)
        more = any(map(_text, record[width:]))
        row = {name: _cell(one) for name, one in zip(names, record, strict=False)}
        for name in self._unnamed & row.keys():
            if _text(row[name]):
                self.filled.add(name)
            else:
                del row[name]
        if len(record) < width or more:
            fields = "1 field" if len(record) == 1 else f"{len(record)} fields"
            row[UNREADABLE] = f"Line {line} has {fields} where the header has {width}."
        return row


def _is_lonely(record: Sequence[Any]) -> bool:
    """Whether one cell alone says something; reads no more of a record than that takes."""
    if isinstance(record, Lost):  # nobody knows its cells
        return False
    said = (one for one in record if _text(one))
    return next(said, None) is not None and next(said, None) is None


def _is_sum(first: str, record: Sequence[Any]) -> bool:
    """Whether the record gives sums of the rows above: its first cell says so, and the others are numbers."""
    if not _SUM.fullmatch(first.rstrip(" :")):
        return False
    _, *figures = filter(None, map(_text, record))
    return bool(figures) and all(map(_FIGURE.fullmatch, figures))


def _cell(cell: Any) -> Any:  # noqa: ANN401 (a cell of any type)
    if not isinstance(cell, str):
        return cell
    if not cell:
        return None
    if "\0" in cell:
        return _NUL
    if cell[0] in _GUARDS:
        if found := _FORMULA.fullmatch(cell):
            return found[1].replace('""', '"') or None
        if found := _QUOTED.fullmatch(cell):
            return found[1]
    return cell


def _text(cell: object) -> str:
    return cell.strip(_BLANK) if isinstance(cell, str) else "" if cell is None else str(cell)


def told_lines(numbers: Sequence[int]) -> str:
    """The number of a line, or how many lines there are and where."""
    if len(numbers) == 1:
        return f"Line {numbers[0]:,}"
    return f"{len(numbers):,} lines ({numbers[0]:,} to {numbers[-1]:,})"
