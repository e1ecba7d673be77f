"""How well a text fits the languages that are written in an encoding.

CLDR has names of countries, cities, languages and currencies in each language. Pairs of letters are counted
in them, and a word is as probable as its pairs are.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_WESTERN: Final = "af ca da de es eu fi fo fr fy ga gl is it lb nb nl pt sv"
_CENTRAL: Final = "cs hr hu pl ro sk sl"
_BALTIC: Final = "et lt lv"
LANGUAGES: Final = {
    encoding: tuple(languages.split())
    for languages, encodings in (
        (_WESTERN, "cp1252 mac-roman latin-1 iso8859-15 cp437 cp850 cp865"),
        (_CENTRAL, "cp1250 iso8859-2 cp852 mac-latin2"),
        (_BALTIC, "cp1257 iso8859-13 cp775"),
        ("tr", "cp1254 cp857 mac-turkish"),
    )
    for encoding in encodings.split()
}
"""The languages of Latin letters that are written in an encoding, by CLDR's codes."""
_LETTERS: Final = re.compile(r"[^\W\d_¼½¾²³¹]+")
_INSIDE: Final = re.compile(r"(?<=[^\W\d_])[^\w\s'\u2019\u2013\u00b7\u2011-]+(?=[^\W\d_])")
_USUAL: Final = frozenset("\u2018\u2019“”\u201a„\u2013—«»\u2039\u203a€£©®ªº·¿¡™•\u00a0\u00ad")
_BORDER: Final = " "
_UNSEEN: Final = 0.1
_PAIRS: Final = 60
"""Letters that may follow a letter; for the probability of a pair that was not seen."""
RARE: Final = -8.0
"""For a letter that the language does not have, a sign that people seldom write, and one between letters."""


def fit(text: str, encoding: str) -> float:
    """The logarithm of the text's probability in the language of the encoding that it fits best."""
    words = _words(text)
    signs = [one for one in text if not one.isalpha() and not one.isascii() and one not in _USUAL]
    rare = len(signs) + len(_INSIDE.findall(text))
    return sum(_best(word, LANGUAGES[encoding]) for word in words) + rare * RARE


def _words(text: str) -> list[str]:
    """The words in small letters; a ligature is as usual as its two letters are."""
    return [word.lower().replace("œ", "oe") for word in _LETTERS.findall(text)]


@cache
def _best(word: str, languages: tuple[str, ...]) -> float:
    return max(_probability(word, _pairs(language)) for language in languages)


def _probability(word: str, counts: Counter[str]) -> float:
    probability = 0.0
    for first, second in pairwise(f"{_BORDER}{word}{_BORDER}"):
        if first in counts:
            ways = counts[first] + _UNSEEN * _PAIRS
            probability += math.log((counts[first + second] + _UNSEEN) / ways)
        else:
            probability += RARE
    return probability


@cache
def _pairs(language: str) -> Counter[str]:
    """How often each pair of letters comes in the language's names, and how often its first letter does."""
    counts: Counter[str] = Counter()
    for word in {word for name in _names(language) for word in _words(name)}:
        for first, second in pairwise(f"{_BORDER}{word}{_BORDER}"):
            counts.update((first, first + second))
    return counts


def _names(language: str) -> Iterator[str]:
    from babel import Locale  # noqa: PLC0415 (large, and only files that are not UTF-8 need it)

    locale = Locale(language)
    for names in (locale.territories, locale.languages, locale.currencies, locale.scripts):
        yield from names.values()
    for zone in locale.time_zones.values():
        yield zone.get("city", "")
    for part in (locale.months["format"]["wide"], locale.days["format"]["wide"]):
        yield from part.values()
