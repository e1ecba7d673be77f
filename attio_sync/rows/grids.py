"""What CSV files and sheets share: the rows under a header; pure.

Programs put a copyright or sums below the last row; these are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from attio_sync.rows import garbled
from attio_sync.rows.records import Lost, text_of, told_lines
from destination_attio.model.targets import UNREADABLE
from destination_attio.rows.cells.numbers import TypedMoney

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from attio_api.wire import JsonObject
    from attio_sync.rows.headers import Header
    from attio_sync.rows.records import Record

_MOST_BELOW: Final = 1000
_FORMULA: Final = re.compile(r'="((?:[^"]|"")*)"')
"""Matches a text that a program wrote as a formula, so that a spreadsheet keeps its zeros: `="007"`."""
_QUOTED: Final = re.compile(r"'([=@+-].*|[A-Z\d ().+-]*\d[A-Z\d ().+-]*)", re.DOTALL)
"""Matches a text behind the mark that keeps a spreadsheet from calculating it: `'+14155552671`, `'1234AB`.

A code has digits and no small letters, unlike `'s-Hertogenbosch`.
"""
_GUARDS: Final = ("=", "'")
_SUBTOTAL: Final = re.compile(
    r"(?:sub-?totals?|zwischensumme|teilergebnis|sous-total|subtotaal|subtotale|mellansumma|小計|小计|소계)"
    r"(?:\s*\(.*\))?",
    re.IGNORECASE,
)
_SUM: Final = re.compile(
    r"(?:(?:grand |overall )?totals?|sum|summe|gesamt(?:summe|ergebnis)?|insgesamt|somme|total général|totale"
    r"|totaal|suma|soma|razem|celkem|összesen|summa|i alt|yhteensä|(?:genel )?toplam|итого|всего|разом|σύνολο"
    r"|合計|総計|合计|总计|합계|총계)(?:\s*\(.*\))?",
    re.IGNORECASE,
)
"""Matches the word before sums, with a remark in brackets, as in `Grand Totals (12 records)`."""
_FIGURE: Final = re.compile(
    r"[-+(]?[^\w\s]?\s?\d[\d.,'\u2019\s]*[^\w\s]?\)?|[A-Z]{3}\s?\d[\d.,]*|\d[\d.,]*\s?[A-Z]{3}"
)
"""Matches a number as people write it, with a sign or code of a currency."""
_NUL: Final = {UNREADABLE: "it has a NUL, which is a character of damaged files and not of texts"}


@dataclass(kw_only=True)
class Body:
    """The records below the header, without text after the last row."""

    name: str
    header: Header
    is_first: bool = True
    """Whether the records are read for the first time, and what is odd about them is found."""
    below: list[int] = field(default_factory=list)
    """Numbers of lines after the last row that are not rows; complete once all was read."""
    sums: list[int] = field(default_factory=list)
    """Numbers of lines with the sums of a group of rows."""
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
            (self.sums, f"of {self.name} left out: sums of the rows above."),
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
            first = next(filter(None, map(text_of, record)), "")
            if not first:
                is_after_gap = True
                continue
            if is_wide and self._is_header(record):
                self.again.append(line)
                self.titles += (at for at, _ in waiting)
                waiting.clear()
                continue
            if is_wide and _is_sum(_SUBTOTAL, first, record):
                self.sums.append(line)
                continue
            may_be_below = (waiting or is_after_gap) and _is_lonely(record)
            if is_wide and (may_be_below or _is_sum(_SUM, first, record)) and len(waiting) < _MOST_BELOW:
                waiting.append((line, record))
                continue
            yield from waiting
            waiting, is_after_gap = [], False
            yield line, record
        self.below = [line for line, _ in waiting]

    def _is_header(self, record: Sequence[Any]) -> bool:
        texts = self.header.texts
        return text_of(record[0]) == texts[0] and tuple(map(text_of, record)) == texts

    def _row(self, line: int, record: Sequence[Any]) -> JsonObject:
        if isinstance(record, Lost):
            return {UNREADABLE: record[0]}
        names, width = self.header.names, len(self.header.names)
        if self.is_first and self.garbled is None:
            self.garbled = garbled.garbled_word(record)
        more = any(map(text_of, record[width:]))
        row = {name: _cell(one) for name, one in zip(names, record, strict=False)}
        for name in self._unnamed & row.keys():
            if text_of(row[name]):
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
    said = (one for one in record if text_of(one))
    return next(said, None) is not None and next(said, None) is None


def _is_sum(word: re.Pattern[str], first: str, record: Sequence[Any]) -> bool:
    """Whether the record gives sums of the rows above: its first cell says so, and the others are numbers."""
    if not word.fullmatch(first.rstrip(" :")):
        return False
    _, *figures = (one for one in record if text_of(one))
    return bool(figures) and all(
        isinstance(one, TypedMoney) or _FIGURE.fullmatch(text_of(one)) for one in figures
    )


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
