"""Countries by their names and codes, in the languages that files come in; pure."""

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
"""Names in use that no list of official ones has."""


def country_code(text: str) -> str | None:
    """The two letters of the country that the text names; None when it names none, or more than one."""
    stripped = text.strip()
    known = _OTHERS.get(_folded(stripped))
    if known:
        return known
    if _CODE.fullmatch(stripped):
        return stripped.upper()
    return _by_name().get(_folded(stripped))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Every name and every code of three letters; what two countries are called means neither."""
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
