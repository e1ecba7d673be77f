"""Removes settings that were left out: null, a text of nothing or of spaces, an empty list or object.

Forms, Terraform and people write a setting that is not set in each of these ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_BLANKS: tuple[object, ...] = (None, "", [], {})


def without_blanks(raw: Mapping[str, Any], untouched: Collection[str] = ()) -> dict[str, Any]:
    """The configuration without settings that were left out, at every depth.

    Members named in `untouched` stay as they are: they hold data of the user, such as a filter, where a null
    or a space has a meaning. Only a wholly empty one is dropped.
    """
    kept = {name: one if name in untouched else _kept(one, untouched) for name, one in raw.items()}
    return {name: one for name, one in kept.items() if not _is_blank(one, spaces=name not in untouched)}


def _kept(value: object, untouched: Collection[str]) -> object:
    if isinstance(value, dict):
        return without_blanks(value, untouched)
    if isinstance(value, list | tuple):
        return [kept for kept in (_kept(one, untouched) for one in value) if not _is_blank(kept)]
    return value


def _is_blank(value: object, *, spaces: bool = True) -> bool:
    """Whether it is empty; a text of nothing but spaces counts when `spaces` is set."""
    if spaces and isinstance(value, str):
        return not value.strip()
    return any(value == blank and type(value) is type(blank) for blank in _BLANKS)
