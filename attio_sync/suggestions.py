"""Finds what somebody meant who misspelt a name; pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LISTED: Final = 12
_LEAST: Final = 3
"""Letters from which a part of a name stands for all of it."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The name that is most like the word: one that has it as a part, else one that is spelt alike."""
    names = list(known)
    plain = word.casefold().removesuffix("s")
    if len(plain) >= _LEAST:
        folded = {one: one.casefold() for one in names}
        longer = [one for one in names if plain in folded[one] or folded[one].removesuffix("s") in plain]
        if longer:
            return min(longer, key=lambda one: (not folded[one].startswith(plain), len(one)))
    return next(iter(get_close_matches(plain, names, n=1)), None)


def instead(word: str, known: Iterable[str]) -> str:
    """The sentence after 'there is none of this name': what was meant, else what there is."""
    names = sorted(set(known))
    if meant := nearest(word, names):
        return f"Did you mean '{meant}'?"
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return f"There are: {', '.join(names[:_LISTED]) or 'none'}{more}."
