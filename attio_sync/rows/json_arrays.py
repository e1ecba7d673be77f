"""Splits the JSON array of a file into its elements, so that one of them is in memory at a time."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Final

from destination_attio.model.targets import MOST_OF_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK: Final = 1 << 20
_SIGNS: Final = re.compile(rb'[\\"\[\]{},]')


class BrokenArrayError(ValueError):
    """The file ends before its array does, or goes on after it."""


def elements_of(opened: IO[bytes]) -> Iterator[bytes | None]:
    """Each element as it is written, unchecked; None for one that is too long."""
    splitter, is_first = _Splitter(), True
    while block := opened.read(_BLOCK):
        for element in splitter.split(block):
            if element is None or element.strip() or not (is_first and splitter.is_over):
                yield element  # an empty array has none
            is_first = False
    if not splitter.is_over:
        raise BrokenArrayError("it ends before its array does")


class _Splitter:
    """Knows between two blocks how deep it is, and what of an element has come so far."""

    def __init__(self) -> None:
        self.is_over = False
        self._depth = 0
        self._is_in_text = False
        self._escaped = -1
        """The place of a sign that a backslash before it makes a part of a text."""
        self._element = bytearray()
        self._is_too_long = False

    def split(self, block: bytes) -> Iterator[bytes | None]:
        """The elements that end in this block."""
        start = 0
        for found in _SIGNS.finditer(block):
            at, sign = found.start(), found[0]
            if at == self._escaped or self._is_of_text(sign, at):
                continue
            before = self._depth
            self._depth += (sign in b"[{") - (sign in b"]}")
            if before == 0:
                self._need_no_more()
                start = at + 1
            elif self._depth == 0 or (sign == b"," and self._depth == 1):
                self.is_over = self._depth == 0
                yield self._taken(block[start:at])
                start = at + 1
        self._escaped -= len(block)
        self._take(block[start:])
        if self._element.strip():
            self._need_no_more()

    def _need_no_more(self) -> None:
        if self.is_over:
            raise BrokenArrayError("it goes on after its array")

    def _is_of_text(self, sign: bytes, at: int) -> bool:
        """Whether the sign is a part of a text in quotation marks."""
        if not self._is_in_text:
            self._is_in_text = sign == b'"'
            return self._is_in_text
        self._is_in_text = sign != b'"'
        if sign == b"\\":
            self._escaped = at + 1
        return True

    def _take(self, more: bytes) -> None:
        self._is_too_long = self._is_too_long or len(self._element) + len(more) > MOST_OF_ROW
        if self._is_too_long:
            self._element.clear()
        else:
            self._element += more

    def _taken(self, last: bytes) -> bytes | None:
        self._take(last)
        found = None if self._is_too_long else bytes(self._element)
        self._element.clear()
        self._is_too_long = False
        return found
