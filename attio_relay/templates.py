"""Texts with placeholders such as `{{ run }}`, and paths into JSON such as `data.id`; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}")
# The result of a path that leads nowhere; None is the result of a path to null.
MISSING = object()

NULL = "null"

Fact = str | int


def placeholders(value: Any) -> set[str]:  # noqa: ANN401 (JSON of whatever shape)
    """The names of the placeholders in a text, or in all texts of a JSON value."""
    if isinstance(value, str):
        return set(PLACEHOLDER.findall(value))
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for part in parts for name in placeholders(part)}


def filled(value: Any, facts: Mapping[str, Fact]) -> Any:  # noqa: ANN401 (as above)
    """A JSON value with its placeholders filled in; a text of one placeholder alone keeps the fact's type."""
    if isinstance(value, dict):
        return {name: filled(part, facts) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, facts) for part in value]
    if not isinstance(value, str):
        return value
    alone = PLACEHOLDER.fullmatch(value)
    if alone:
        # TOML has no null, and some APIs want one.
        return None if alone[1] == NULL else facts[alone[1]]
    return text(value, facts)


def text(template: str, facts: Mapping[str, Fact]) -> str:
    """A text with its placeholders filled in."""
    return PLACEHOLDER.sub(lambda found: str(facts[found[1]]), template)


def address(template: str, facts: Mapping[str, Fact]) -> str:
    """A URL with its placeholders filled in; values are quoted, so that they cannot change its parts."""
    return PLACEHOLDER.sub(lambda found: quote(str(facts[found[1]]), safe=""), template)


def at(found: Any, path: str) -> Any:  # noqa: ANN401 (as above)
    """The value at a dotted path in JSON, where numbers index lists from 0; MISSING when there is none."""
    for step in path.split(".") if path else ():
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return MISSING
    return found
