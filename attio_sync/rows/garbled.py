"""Finds words that a program read in a wrong encoding before it wrote them into a file; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_GARBLED: Final = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]")
"""Matches a letter of UTF-8 as it shows when it is read as Windows-1252, as `Ã¼` for `ü`."""


def garbled_word(cells: Iterable[Any]) -> tuple[str, str] | None:
    """The first word that is UTF-8 read as Windows-1252, and the right one; None where no word is."""
    for cell in cells:
        if isinstance(cell, str) and not cell.isascii() and _GARBLED.search(cell):
            for word in filter(_GARBLED.search, cell.split()):
                try:
                    return word, word.encode("cp1252").decode()
                except UnicodeError:
                    continue
    return None


def told(name: str, word: str, right: str) -> str:
    """A sentence on such words, for the owner of the file."""
    return (
        f"Words of {name} seem garbled, as '{word}' for '{right}': UTF-8 that was read as Windows-1252, by "
        "--encoding or by the program that wrote the file. They are written as they are."
    )
