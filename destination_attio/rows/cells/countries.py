"""Reads countries by name or code, in many languages; pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from destination_attio.rows.cells.dates import LANGUAGES

_CODE: Final = re.compile("[A-Za-z]{2}")
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_OFFICIAL: Final = re.compile(
    r"(.+?)(?:,\s*|\s*\()[^(),]*\b(?:republic|states?|province|kingdom)\b[^(),]*\bof\b[^(),]*\)?",
    re.IGNORECASE,
)
"""Matches official names, as `Iran, Islamic Republic of`; `Jersey, NJ` is another place than Jersey."""
_WITH_CODE: Final = re.compile(r"(.+?)\s*\(([A-Za-z]{2,3})\)")
_LANGUAGES: Final = (*LANGUAGES, "ru", "uk", "tr", "el", "hu", "ro", "ja", "zh", "ko")
_FLAG_OF_A: Final = 0x1F1E6
"""The first of the signs in pairs of which flags are written, one for each letter."""
_OTHERS: Final = {
    "usa": "US",
    "u s a": "US",
    "u s": "US",
    "united states of america": "US",
    "america": "US",
    "uk": "GB",
    "u k": "GB",
    "great britain": "GB",
    "grossbritannien": "GB",
    "groot brittannie": "GB",
    "grande bretagne": "GB",
    "gran bretana": "GB",
    "gran bretagna": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "uae": "AE",
    "korea": "KR",
    "south korea": "KR",
    "republic of korea": "KR",
    "korea republic of": "KR",
    "korea democratic people s republic of": "KP",
    "congo democratic republic of the": "CD",
    "congo the democratic republic of the": "CD",
    "democratic republic of the congo": "CD",
    "congo dem rep": "CD",
    "congo rep": "CG",
    "korea south": "KR",
    "korea north": "KP",
    "slovak republic": "SK",
    "state of palestine": "PS",
    "palestine": "PS",
    "virgin islands u s": "VI",
    "virgin islands british": "VG",
    "saint martin french part": "MF",
    "sint maarten dutch part": "SX",
    "macedonia": "MK",
    "swaziland": "SZ",
    "eire": "IE",
    "bundesrepublik deutschland": "DE",
    "people s republic of china": "CN",
    "republic of ireland": "IE",
    "brasil": "BR",
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
    if _FLAG.fullmatch(stripped):
        return "".join(chr(ord(one) - _FLAG_OF_A + ord("A")) for one in stripped)
    if known := _OTHERS.get(_folded(stripped)):
        return known
    if _CODE.fullmatch(stripped):
        return stripped.upper()
    return _by_name().get(_folded(stripped)) or _without_additions(stripped)


def _without_additions(text: str) -> str | None:
    """The code of an official name, or of a name with its own code in brackets."""
    if found := _OFFICIAL.fullmatch(text):
        return country_code(found[1])
    if found := _WITH_CODE.fullmatch(text):
        codes = {country_code(found[1]), country_code(found[2])}
        return codes.pop() if len(codes) == 1 else None
    return None


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Country codes by every name and three-letter code; a name of two countries is left out."""
    from babel import Locale  # noqa: PLC0415 (large, and only names of countries need it)
    from babel.core import get_global  # noqa: PLC0415 (as above)

    found: dict[str, set[str]] = {}
    for language in _LANGUAGES:
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
