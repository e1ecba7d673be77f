"""Personal names: reading, writing, comparing.

A text with a comma is 'Last, First', as with Attio
(docs.attio.com/docs/attribute-types/attribute-types-personal-name). Without a comma Attio would take
all of it for the first name; we split it at the first space. Names in Chinese, Japanese and Korean letters
begin with the family's.
"""

import re
from collections.abc import Mapping
from typing import Final

from attio_api import refusals
from attio_api.definitions import Attribute
from attio_api.wire import Json

NAME_MEMBERS: Final = ("first_name", "last_name", "full_name")
PARTS: Final[Mapping[str, str]] = {
    **{member: member for member in NAME_MEMBERS},
    "firstname": "first_name",
    "given_name": "first_name",
    "lastname": "last_name",
    "surname": "last_name",
    "family_name": "last_name",
}
"""Name of a column with a part of a name → the member that it holds."""

_LETTER: Final = "[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
_EASTERN: Final = re.compile(rf"(?=.*[^ \u30a0-\u30ff]){_LETTER}+ {_LETTER}+")
"""Matches a name of two words in these letters, unless both are in those of loan words, as foreign names."""


def write_name(plain: object, attribute: Attribute) -> Json:
    """All three members; 'Last, First' is split at the comma, 'First Last' at the first space."""
    parts = _parts(plain)
    if not any(parts.values()):
        raise refusals.NO_NAME(attribute.slug)
    first, last = parts.get("first_name", ""), parts.get("last_name", "")
    full = parts.get("full_name") or _joined(first, last)
    return {"first_name": first, "last_name": last, "full_name": full}


def normalise_name(plain: object, attribute: Attribute) -> Json:
    """The three members; only `full_name` when just that was given, since its split is our guess."""
    written = write_name(plain, attribute)
    return {"full_name": written["full_name"]} if _guessed(plain) and isinstance(written, dict) else written


def same_name(current: Json, desired: Json) -> bool:
    """Whether the current name has every member of the desired one with the same text."""
    if not isinstance(current, dict) or not isinstance(desired, dict):
        return current == desired
    return all(current.get(member) == value for member, value in desired.items())


def _parts(plain: object) -> dict[str, str]:
    if isinstance(plain, Mapping):
        given = {member: _tidy(plain[member]) for member in NAME_MEMBERS if plain.get(member) is not None}
        return split_name(given["full_name"]) if _guessed(plain) else _completed(given)
    return split_name(_tidy(plain)) if isinstance(plain, str) else {}


def _completed(given: dict[str, str]) -> dict[str, str]:
    """The members, with a last name that only the full one says, and 'Last, First' in its usual order."""
    first, last, full = (given.get(member, "") for member in NAME_MEMBERS)
    if first and not last and full.startswith(f"{first} "):
        return {**given, "last_name": full.removeprefix(f"{first} ")}
    return {**given, "full_name": ""} if full == f"{last}, {first}" else given


def _guessed(plain: object) -> bool:
    if isinstance(plain, Mapping):
        return bool(plain.get("full_name")) and not plain.get("first_name") and not plain.get("last_name")
    return isinstance(plain, str) and "," not in plain


def split_name(text: str) -> dict[str, str]:
    """The members of a name that is one text, without spaces around it."""
    if "," in text:
        last, _, first = text.partition(",")
        return {"first_name": first.strip(), "last_name": last.strip()}
    first, _, last = text.partition(" ")
    if _EASTERN.fullmatch(text):
        first, last = last, first
    return {"first_name": first, "last_name": last, "full_name": text}


def _joined(first: str, last: str) -> str:
    eastern = f"{last} {first}"
    return eastern if _EASTERN.fullmatch(eastern) else " ".join(filter(None, (first, last)))


def _tidy(text: object) -> str:
    return " ".join(str(text).split())
