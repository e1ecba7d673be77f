"""Reads names of people with titles, suffixes and nicknames; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attio_api.names import split_name

if TYPE_CHECKING:
    from nameparser import HumanName

    from attio_api.wire import JsonObject

_ADDRESSES: Final = frozenset(
    {"dr", "prof", "mr", "mrs", "ms", "miss", "sir", "dame", "lord", "lady", "herr", "frau", "mme", "mlle"}
)
"""Titles that are no first names as well, as Bishop and King are."""
_MARKS: Final = str.maketrans("", "", "®™")
"""Signs behind the titles of certificates, as in `PMP®`."""


def read_name(text: str) -> JsonObject | str:
    """First and last name alone, and a full name with all the rest; plain names stay text.

    The rest is a title, a suffix, what stands in brackets or quotation marks, and a picture at either end.
    """
    from nameparser import HumanName  # noqa: PLC0415 (its lists are large, and only names need them)

    if "," not in text and (words := _words(text)) and words != text.split():
        read = read_name(" ".join(words))
        parts = read if isinstance(read, dict) else split_name(read)
        return {**parts, "full_name": " ".join(text.split())}
    name = HumanName(text.translate(_MARKS))
    if not (name.title or name.suffix or name.nickname) or not _is_sure(name):
        return text
    first, last = " ".join(filter(None, (name.first, name.middle))), name.last
    full = _full(text, name, first)
    if not first and not name.title:
        first, last = last, ""  # a single name is a first name, as Attio has it
    return {"first_name": first, "last_name": last, "full_name": full}


def _words(text: str) -> list[str]:
    """The words without those at both ends that have no letter, as pictures have none."""
    words = text.split()
    lettered = [at for at, word in enumerate(words) if any(map(str.isalpha, word))]
    return words[lettered[0] : lettered[-1] + 1] if lettered else []


def _is_sure(name: HumanName) -> bool:
    """Whether it is clear which words are names: two are, or the title can be nothing else."""
    if name.first and name.last:
        return all(any(map(str.isalpha, one)) for one in (name.first, name.last))
    titles = {one.rstrip(".").casefold() for one in name.title.split()}
    return bool(name.first or name.last) and (bool(titles & _ADDRESSES) or bool(name.nickname))


def _full(text: str, name: HumanName, first: str) -> str:
    if name.nickname and "," not in text:
        return " ".join(text.split())
    nickname = f"({name.nickname})" if name.nickname else ""
    told = " ".join(filter(None, (name.title, first, name.last, nickname)))
    return ", ".join(filter(None, (told, name.suffix)))
