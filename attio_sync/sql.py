"""Puts names and texts into SQL, quoted so that no character in them changes its meaning.

Attio's slugs become names of tables and columns, and a slug may hold any character.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verbatim(str):
    """A piece of SQL that is not quoted: types, a user's query, results of `compose`."""

    __slots__ = ()


def compose(template: str, **parts: str | Iterable[str]) -> Verbatim:
    """Fill the braces of a template: a text becomes a quoted name, several become names with commas."""
    return Verbatim(template.format_map({name: _piece(part) for name, part in parts.items()}))


def _piece(part: str | Iterable[str]) -> str:
    if isinstance(part, Verbatim):
        return part
    return name(part) if isinstance(part, str) else ", ".join(map(_piece, part))


def name(text: str) -> Verbatim:
    """A quoted name of a table or column."""
    return Verbatim('"' + text.replace('"', '""') + '"')


def literal(text: str) -> Verbatim:
    """A quoted text."""
    return Verbatim("'" + text.replace("'", "''") + "'")
