"""Finds the name that was probably meant by a misspelt one; pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LISTED: Final = 12
_LEAST: Final = 3
"""Letters from which a part of a name stands for the whole."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name nearest to the word: one that contains it, else one that is spelt alike."""
    names = list(known)
    plain = word.casefold().removesuffix("s")
    if len(plain) >= _LEAST:
        folded = {one: one.casefold() for one in names}
        longer = [one for one in names if plain in folded[one] or folded[one].removesuffix("s") in plain]
        if longer:
            return min(longer, key=lambda one: (not folded[one].startswith(plain), len(one)))
    return next(iter(get_close_matches(plain, names, n=1)), None)


def instead(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the probable one, else all known ones."""
    names = sorted(set(known))
    if meant := nearest(word, names):
        return f"Did you mean '{meant}'?"
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return f"There are: {', '.join(names[:_LISTED]) or 'none'}{more}."
