"""Puts names and texts into SQL so that no character in them can change its meaning.

Attio's slugs become names of tables and columns, and a slug may hold anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verbatim(str):
    """A piece of SQL that goes in as it is: types, a query the user wrote, what `compose` gave before."""

    __slots__ = ()


def compose(template: str, **parts: str | Iterable[str]) -> Verbatim:
    """Fill the braces of a template: a text as one name, several as names with commas between."""
    return Verbatim(template.format_map({name: _piece(part) for name, part in parts.items()}))


def _piece(part: str | Iterable[str]) -> str:
    if isinstance(part, Verbatim):
        return part
    return name(part) if isinstance(part, str) else ", ".join(map(_piece, part))


def name(text: str) -> Verbatim:
    """A name of a table or column."""
    return Verbatim('"' + text.replace('"', '""') + '"')


def literal(text: str) -> Verbatim:
    """A text."""
    return Verbatim("'" + text.replace("'", "''") + "'")
