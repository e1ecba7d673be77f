"""Reads names of people with titles, suffixes and nicknames; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nameparser import HumanName

    from attio_api.wire import JsonObject

_ADDRESSES: Final = frozenset(
    {"dr", "prof", "mr", "mrs", "ms", "miss", "sir", "dame", "lord", "lady", "herr", "frau", "mme", "mlle"}
)
"""Titles that are no first names as well, as Bishop and King are."""


def read_name(text: str) -> JsonObject | str:
    """First and last name alone, and a full name with all the rest; plain names stay text.

    The rest is a title, a suffix, and what stands in brackets or quotation marks.
    """
    from nameparser import HumanName  # noqa: PLC0415 (its lists are large, and only names need them)

    name = HumanName(text)
    if not (name.title or name.suffix or name.nickname) or not _is_sure(name):
        return text
    first, last = " ".join(filter(None, (name.first, name.middle))), name.last
    full = _full(text, name, first)
    if not first and not name.title:
        first, last = last, ""  # a single name is a first name, as Attio has it
    return {"first_name": first, "last_name": last, "full_name": full}


def _is_sure(name: HumanName) -> bool:
    """Whether it is clear which words are names: two are, or the title can be nothing else."""
    if name.first and name.last:
        return True
    titles = {one.rstrip(".").casefold() for one in name.title.split()}
    return bool(name.first or name.last) and (bool(titles & _ADDRESSES) or bool(name.nickname))


def _full(text: str, name: HumanName, first: str) -> str:
    if name.nickname and "," not in text:
        return " ".join(text.split())
    nickname = f"({name.nickname})" if name.nickname else ""
    told = " ".join(filter(None, (name.title, first, name.last, nickname)))
    return ", ".join(filter(None, (told, name.suffix)))
