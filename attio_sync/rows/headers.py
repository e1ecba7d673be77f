"""Finds the line with the names of the columns among the first records of a file; pure.

Programs put titles above it, which are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final

from attio_sync.failures import WrongUsage
from attio_sync.rows.records import Lost, text_of, told_lines

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from attio_sync.rows.records import Record

HEAD: Final = 50
"""Records among which the header is looked for."""
_HEAD_LENGTH: Final = 1 << 20
"""Characters of records after which no further ones are held to look for the header."""
_PAIR: Final = 2
_CONTACT: Final = re.compile(r"@|\w\.\w")
"""Matches addresses, domains and numbers, which no column is called by."""
_INVISIBLE: Final = str.maketrans("", "", "\0\u200b\u200e\u200f\u2060\ufeff\u00ad")
"""Signs without a look, of copied text and damaged files: with one, a name looks like another and is none."""


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
        if any(map(text_of, record)) and number >= (line or 0)
    ]
    if full and isinstance(full[0][1], Lost):
        raise WrongUsage(f"{name} has no header line above its rows. {full[0][1][0]}")
    if not full:
        raise WrongUsage(f"{name} has no header line.")
    behind = {at for (_, before), (at, _) in pairwise(head) if not any(map(text_of, before))}
    place = 0 if line is not None else _place(full, behind)
    number, record = full[place]
    # A formula without a result names nothing.
    texts = tuple("" if isinstance(one, dict) else text_of(one) for one in record)
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


def _place(full: Sequence[Record], behind: Container[int]) -> int:
    """The header's index: the first record, or the first wider one where that has one cell alone.

    A CSV file pads a title with empty cells, and a header of one column too: there only names follow a title.
    `behind` are the lines that stand behind an empty one.
    """
    first = full[0][1]
    if len(_trimmed(first)) > 1:
        return _below_facts(full, behind)
    wide = (at for at, (_, record) in enumerate(full) if len(_trimmed(record)) > 1)
    found = next(wide, 0)
    return found if len(first) == 1 or _are_names(_trimmed(full[found][1])) else 0


def _below_facts(full: Sequence[Record], behind: Container[int]) -> int:
    """The index of a wider record of names below facts on the file, else 0, which is the first record.

    Facts are pairs, such as a report's title and day, up to an empty line, or one line with numbers.
    """
    widest = len(_trimmed(full[0][1]))
    for at, (line, record) in enumerate(full[1:], start=1):
        width = len(_trimmed(record))
        is_below = (widest == _PAIR and line in behind) or (at == 1 and _has_numbers(full[0][1]))
        if width > widest and is_below and _are_names(_trimmed(record)) and not _has_contacts(record):
            return at
        if width > _PAIR:
            break
    return 0


def _has_numbers(record: Sequence[Any]) -> bool:
    return any(text_of(one)[:1].isdigit() for one in record)


def _has_contacts(record: Sequence[Any]) -> bool:
    return any(_CONTACT.search(text_of(one)) for one in record)


def _are_names(record: Sequence[Any]) -> bool:
    texts = [text_of(one) for one in record]
    return all(texts) and not any(one[0].isdigit() for one in texts)


def _trimmed(record: Sequence[Any]) -> Sequence[Any]:
    width = max((at for at, one in enumerate(record, start=1) if text_of(one)), default=0)
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
