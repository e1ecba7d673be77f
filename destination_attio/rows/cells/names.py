"""Reads names of people with titles before them and suffixes after them; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attio_api.wire import JsonObject


def read_name(text: str) -> JsonObject | str:
    """First and last name without title and suffix, which stay in the full name; plain names stay text."""
    from nameparser import HumanName  # noqa: PLC0415 (its lists are large, and only names need them)

    name = HumanName(text)
    if not (name.title or name.suffix) or not (name.first and name.last):
        return text
    first = " ".join(filter(None, (name.first, name.middle)))
    told = " ".join(filter(None, (name.title, first, name.last)))
    full = ", ".join(filter(None, (told, name.suffix)))
    return {"first_name": first, "last_name": name.last, "full_name": full}
