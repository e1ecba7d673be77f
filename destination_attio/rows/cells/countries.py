"""Reads countries by name or code, in the languages of `dates.LANGUAGES`; pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from destination_attio.rows.cells.dates import LANGUAGES

_CODE: Final = re.compile("[A-Za-z]{2}")
_OTHERS: Final = {
    "usa": "US",
    "u s a": "US",
    "u s": "US",
    "united states of america": "US",
    "america": "US",
    "uk": "GB",
    "u k": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "uae": "AE",
    "korea": "KR",
    "south korea": "KR",
    "republic of korea": "KR",
    "russian federation": "RU",
    "czech republic": "CZ",
    "holland": "NL",
    "hong kong": "HK",
    "macau": "MO",
    "vietnam": "VN",
    "viet nam": "VN",
    "turkey": "TR",
    "ivory coast": "CI",
    "burma": "MM",
    "myanmar": "MM",
}
"""Common names that are in no list of official ones."""


def country_code(text: str) -> str | None:
    """The two-letter code of the country that the text names; None when it names none, or several."""
    stripped = text.strip()
    known = _OTHERS.get(_folded(stripped))
    if known:
        return known
    if _CODE.fullmatch(stripped):
        return stripped.upper()
    return _by_name().get(_folded(stripped))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Country codes by every name and three-letter code; a name of two countries is left out."""
    from babel import Locale  # noqa: PLC0415 (large, and only names of countries need it)
    from babel.core import get_global  # noqa: PLC0415 (as above)

    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if _CODE.fullmatch(code):
                found.setdefault(_folded(name), set()).add(code)
    for old, codes in get_global("territory_aliases").items():
        if len(old) == len("USA") and old.isalpha() and len(codes) == 1:
            found.setdefault(_folded(old), set()).add(codes[0])
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^\w]+", " ", letters).split()).removeprefix("the ")
