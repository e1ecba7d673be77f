"""The keys of rows and records: values for filters, and texts to compare by; pure."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Final

import orjson

from attio_api.contacts import without_www
from attio_api.values import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json

_NORMAL: Final = frozenset({"email-address", "phone-number"})
"""Types whose values have the same form from Attio and from rows, so they are compared as they are."""
_MOST: Final = 100
"""The most combinations of several multi-valued matching attributes; more are ignored."""


def keys_of(attributes: Sequence[Attribute], values: Mapping[str, Json]) -> list[tuple[Json, ...]]:
    """Every combination of matching values, one per attribute; empty when an attribute has no value.

    Without attributes there is no key: an empty one would match everything.
    """
    if not attributes:
        return []
    choices = [_each(values.get(one.slug)) for one in attributes]
    return list(islice(product(*choices), _MOST))


def tokens_of(attributes: Sequence[Attribute], values: Mapping[str, Json]) -> list[str]:
    """The same keys as texts to compare by."""
    return [token(attributes, key) for key in keys_of(attributes, values)]


def token(attributes: Sequence[Attribute], key: Sequence[Json]) -> str:
    """One key as a text; equal texts are keys that Attio calls equal."""
    return token_of([plainest(one, value) for one, value in zip(attributes, key, strict=True)])


def token_of(values: Sequence[Json]) -> str:
    """The text of a key's values, equal where the values are equal."""
    return orjson.dumps(list(values), option=orjson.OPT_SORT_KEYS).decode()


def _each(value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def plainest(attribute: Attribute, value: Json) -> Json:
    """The value reduced to what Attio searches by: a name to its full name, an amount to its number."""
    if attribute.type == "domain" and isinstance(value, str):
        return without_www(value)  # Attio may hold it with the www.
    if attribute.type in _NORMAL and isinstance(value, str):
        return value
    normal = normalise(attribute, [value] if attribute.is_multiselect else value)
    normal = normal[0] if attribute.is_multiselect and isinstance(normal, list) and normal else normal
    if isinstance(normal, dict) and attribute.type in {"personal-name", "currency"}:
        return normal.get("full_name", normal.get("amount"))
    return normal
