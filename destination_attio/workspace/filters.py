"""Filters that find records by many values at once; pure.

`$in` is allowed for text alone (docs.attio.com/rest-api/guides/filtering-and-sorting), so values of other
types become alternatives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attio_api.attributes import can_be_searched
from destination_attio.model.targets import PARENT, RECORD_ID
from destination_attio.rows import refused_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject


_OF_TWO_VALUES: Final = frozenset({"record-reference", "actor-reference", "domain"})
"""Types whose filters name object and id, or hold both spellings."""


def any_of(
    attributes: Sequence[Attribute], keys: Sequence[Sequence[Json]], list_slug: str = ""
) -> JsonObject:
    """The filter for records (or the list's entries) with one of the keys, each a value per attribute."""
    parents = [one for one in attributes if one.slug == PARENT]
    if parents:
        # The caller compares the key's other values: an entry's parent alone leaves few candidates.
        place = attributes.index(parents[0])
        return _parents(parents[0], [key[place] for key in keys], list_slug)
    if len(attributes) == 1:
        return _one_attribute(attributes[0], [key[0] for key in keys])
    return {"$or": [_all_of(attributes, key) for key in keys]}


def values_a_key(attributes: Sequence[Attribute]) -> int:
    """How many values one key adds to the filter that `any_of` makes, by Attio's counting."""
    if any(one.slug == PARENT for one in attributes):
        return 1
    return sum(2 if one.type in _OF_TWO_VALUES else 1 for one in attributes)


def both(first: JsonObject | None, second: JsonObject | None) -> JsonObject | None:
    """The filter for records that satisfy both; None asks nothing."""
    if first and second:
        return {"$and": [first, second]}
    return first or second


def since_created(since: str) -> JsonObject:
    """The filter for records, or entries, that were created at this moment or later."""
    return {"created_at": {"$gte": since}}


def _parents(parent: Attribute, values: Sequence[Json], list_slug: str) -> JsonObject:
    """The filter for entries by their parents, which only a path reaches."""
    ids: list[Json] = [one["record_id"] for one in values if isinstance(one, dict)]
    path: list[Json] = [[list_slug, PARENT], [(parent.allowed_object_ids or ("",))[0], RECORD_ID]]
    return {"path": path, "constraints": {"value": {"$in": ids}}}


def _one_attribute(attribute: Attribute, values: Sequence[Json]) -> JsonObject:
    if attribute.type == "text":
        return {attribute.slug: {"$in": list(values)}}
    each = [one for value in values for one in _spellings(attribute, value)]
    conditions: list[Json] = [_equals(attribute, value) for value in each]
    return {"$or": conditions} if len(conditions) > 1 else _equals(attribute, values[0])


def _spellings(attribute: Attribute, value: Json) -> Sequence[Json]:
    """The value, and for a domain also with the www. with which Attio may hold it."""
    if attribute.type == "domain" and isinstance(value, str):
        return (value, f"www.{value}")
    return (value,)


def _all_of(attributes: Sequence[Attribute], key: Sequence[Json]) -> Json:
    conditions: list[Json] = [
        _one_attribute(one, [value]) if one.type == "domain" else _equals(one, value)
        for one, value in zip(attributes, key, strict=True)
    ]
    return {"$and": conditions}


def _equals(attribute: Attribute, value: Json) -> JsonObject:
    if not can_be_searched(attribute):
        raise refused_runs.NOT_SEARCHABLE(attribute.slug, type=attribute.type)
    if attribute.type == "record-reference" and isinstance(value, dict):
        return {
            attribute.slug: {"target_object": value["object"], "target_record_id": value["record_id"]},
        }
    if attribute.type == "actor-reference" and isinstance(value, dict):
        actor: Json = {"referenced_actor_type": value["type"], "referenced_actor_id": value["id"]}
        return {attribute.slug: actor}
    if attribute.type == "personal-name" and isinstance(value, dict):
        return {attribute.slug: {"full_name": {"$eq": value["full_name"]}}}
    if attribute.type == "currency" and isinstance(value, dict):
        return {attribute.slug: {"currency_value": {"$eq": value["amount"]}}}
    return {attribute.slug: {"$eq": value}}
