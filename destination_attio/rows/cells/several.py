"""Parts the text of one cell into the several values that a person wrote in it; pure."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

from attio_api.values import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_api.attributes import Attribute

_BETWEEN_CONTACTS: Final = re.compile(r"[;|\r\n]+|\s:::\s|\s/\s*(?=\+)|\s+(?=https?://)")
"""Separators that are never part of a domain, address or phone number, so they apply without a setting."""
_SLASH: Final = re.compile(r"\s/\s")
"""Parts domains and addresses; in a number it may stand behind the code of the area."""
_EXTENSION: Final = re.compile(
    r"\s*[;,]+\s*(?:ext(?:ension|n)?|x|#)[\s.:=]*(?=\d{1,7}\s*(?:$|[;,|\r\n(]))", re.IGNORECASE
)
"""Matches what stands before the extension of a phone number and looks like a separator: `;ext=5`, `, x5`."""


def with_plain_extensions(text: str) -> str:
    """The numbers with each extension behind `ext.`, which nothing takes for a separator."""
    return _EXTENSION.sub(" ext. ", text)


def split(text: str, separator: str) -> list[str]:
    """The texts between separators, except those in double quotes, as in CSV."""
    if '"' not in text or len(separator) > 1 or separator in "\r\n":
        return text.split(separator)
    try:
        return [
            part for line in csv.reader([text], delimiter=separator, skipinitialspace=True) for part in line
        ]
    except csv.Error:
        return text.split(separator)


def contacts(attribute: Attribute, text: str) -> Iterator[str]:
    """The texts of several contacts; before an address, the name `Last, First` is no text of its own."""
    plain = text if attribute.type == "phone-number" else _SLASH.sub("\n", text)
    for line in _BETWEEN_CONTACTS.split(plain):
        name = ""
        for one in map(str.strip, parts_of(line)):
            told = f"{name}, {one}" if name else one
            name = told if attribute.type == "email-address" and one and "@" not in one else ""
            if not name:
                yield told
        yield name
