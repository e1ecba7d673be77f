"""The merge rules: what an attribute holds after a row with or without a value for it; pure.

| rule | the row has a value | the row has none |
|---|---|---|
| overwrite | replaces what is there | clears it where Attio can, else leaves it |
| ignore_null | replaces what is there | leaves it |
| clear_on_null | replaces what is there | clears it, or rejects the row where Attio cannot |
| set_if_empty | is written only where nothing is | leaves it |
| append | is added to the list; a single-valued attribute is replaced, as Attio's PATCH does | leaves it |
| remove | is taken out of the list; a single value is cleared if it is that one | leaves it |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.values import lacking, normalise, same
from destination_attio.rows import rejections

if TYPE_CHECKING:
    from attio_api.attributes import Attribute
    from attio_api.wire import Json
    from destination_attio.config import Merge

Rule = Callable[["Attribute", "Json", "Json"], "Json"]


def merged(rule: Merge, attribute: Attribute, current: Json, desired: Json) -> Json:
    """The value after the merge; `current` itself when nothing changes.

    Both are plain values; `desired` is None when the row has no value for the attribute.
    """
    after = RULES[rule](attribute, current, desired)
    return current if is_same(attribute, current, after) else after


def is_same(attribute: Attribute, one: Json, other: Json) -> bool:
    """Whether two plain values are equal; the order of several values does not matter."""
    if one == other or (not _full(one) and not _full(other)):
        return True
    if not _full(one) or not _full(other):
        return False
    return same(attribute, one, other, in_order=False)


def can_be_cleared(attribute: Attribute) -> bool:
    """Whether Attio accepts an empty value, which it does not for checkboxes and required attributes."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    return not attribute.is_required and (kind is None or kind.nullable)


def _full(value: Json) -> bool:
    return value is not None and value not in ([], "")


def _empty(attribute: Attribute) -> Json:
    return [] if attribute.is_multiselect else None


def _overwrite(attribute: Attribute, current: Json, desired: Json) -> Json:
    if _full(desired):
        return desired
    return _empty(attribute) if can_be_cleared(attribute) else current


def _ignore_null(_: Attribute, current: Json, desired: Json) -> Json:
    return desired if _full(desired) else current


def _clear_on_null(attribute: Attribute, _: Json, desired: Json) -> Json:
    if _full(desired):
        return desired
    if not can_be_cleared(attribute):
        raise rejections.NOT_CLEARABLE(attribute.slug)
    return _empty(attribute)


def _set_if_empty(_: Attribute, current: Json, desired: Json) -> Json:
    return current if _full(current) else (desired if _full(desired) else current)


def _append(attribute: Attribute, current: Json, desired: Json) -> Json:
    if not _full(desired):
        return current
    if not attribute.is_multiselect:
        return desired
    there = current if isinstance(current, list) else []
    if not there:
        return desired if isinstance(desired, list) else [desired]
    if isinstance(desired, list) and all(one in there for one in desired):
        return current
    new = lacking(attribute, there, desired)
    return [*_originals(attribute, desired, new), *there]


def _originals(attribute: Attribute, desired: Json, normal: list[Json]) -> list[Json]:
    """The desired values in their given form (a reference keeps its object) that are among `normal`."""
    given = desired if isinstance(desired, list) else [desired]
    return [one for one in given if (normalise(attribute, [one]) or [None])[0] in normal]  # type: ignore[index]  # several values normalise to a list


def _remove(attribute: Attribute, current: Json, desired: Json) -> Json:
    if not _full(desired) or not _full(current):
        return current
    if not attribute.is_multiselect:
        return _empty(attribute) if is_same(attribute, current, desired) else current
    there = current if isinstance(current, list) else []
    return _originals(attribute, there, lacking(attribute, desired, there))


RULES: Final[Mapping[Merge, Rule]] = {
    "overwrite": _overwrite,
    "ignore_null": _ignore_null,
    "clear_on_null": _clear_on_null,
    "set_if_empty": _set_if_empty,
    "append": _append,
    "remove": _remove,
}
