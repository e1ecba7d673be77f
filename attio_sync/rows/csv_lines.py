"""Reads lines of a text for a CSV reader, and passes over a record that is too long to be held in memory."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, Final

from destination_attio.model.targets import MOST_OF_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK: Final = 1 << 20
_ENDS: Final = frozenset("\n\r")


class RecordTooLongError(Exception):
    """A record has more characters than are taken of a row."""


class Lines:
    """The lines of a text with the number of the line at which the current record begins."""

    def __init__(self, text: IO[str]) -> None:
        self._readline = text.readline
        self._number = self._length = self._quotes = 0
        self.begins = 1
        self.are_over = False
        self._is_half = False
        """Whether the end of the last line may have been cut, between a carriage return and its line feed."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line; raises RecordTooLongError in the middle of one that makes the record too long."""
        line = self._read(MOST_OF_ROW + 1).removeprefix("\ufeff")  # a mark, where files were put together
        if self._length > MOST_OF_ROW:
            raise RecordTooLongError
        if not line:
            raise StopIteration
        return line

    def begin(self) -> None:
        """Note that the next line begins a record."""
        self.begins, self._length, self._quotes = self._number + 1, 0, 0

    def skip_record(self) -> None:
        """Pass over the rest of the record, which ends with a line outside quotation marks."""
        ends = False
        while not ends or self._quotes % 2:
            line = self._read(_BLOCK)
            if not line:
                break
            ends = line[-1] in _ENDS
        if self._quotes % 2:
            raise csv.Error("unexpected end of data")

    def _read(self, most: int) -> str:
        line = self._readline(most)
        if self._is_half and line == "\n":
            line = self._readline(most)
        self._length += len(line)
        self._quotes += line.count('"')
        end = line[-1:]
        self._number += end in _ENDS
        self._is_half = end == "\r"
        self.are_over = not line
        return line
