"""The operations on each object and list that Airbyte's data activation offers; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attio_api.attributes import column_schema
from destination_attio.model.targets import PARENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.targets import Target

SYNC_MODES: Final[Mapping[str, str]] = {
    "append": "create",
    "append_dedup": "upsert",
    "overwrite": "upsert",
    "update": "update",
    "soft_delete": "delete",
}
"""Airbyte's sync modes and ours. `overwrite` deletes nothing unless the stream's settings say `mirror`:
a CRM holds more than one source knows of."""
_FREE: Final = frozenset({"record-reference", "actor-reference", "location", "personal-name", "currency"})
_SEARCHABLE: Final = frozenset({"text", "number", "email-address", "domain", "phone-number", "personal-name"})


def operations(targets: Iterable[Target]) -> list[JsonObject]:
    """The operations of all targets."""
    return [one for target in targets for one in _of(target)]


def _of(target: Target) -> list[JsonObject]:
    name = target.name
    schema = _schema(target)
    if target.is_append_only:
        return [_operation(name, "append", schema, [])]
    keys = _matching_keys(target)
    by_id: list[Json] = [[target.id_attribute]]
    with_id = _schema(target, target.id_attribute)
    found = [_operation(name, "append", schema, [])]
    if keys:
        found.append(_operation(name, "append_dedup", schema, keys))
    found.append(_operation(name, "update", _without_required(with_id), [*by_id, *keys]))
    found.append(_operation(name, "soft_delete", _without_required(with_id), [*by_id, *keys]))
    return found


def _operation(name: str, mode: str, schema: JsonObject, keys: list[Json]) -> JsonObject:
    return {"object_name": name, "sync_mode": mode, "json_schema": schema, "matching_keys": keys}


def _matching_keys(target: Target) -> list[Json]:
    if target.kind == "lists":
        return [[PARENT]]
    unique = target.unique_slugs()
    others = [one.slug for one in _writable(target) if one.type in _SEARCHABLE and not one.is_multiselect]
    return [[slug] for slug in (unique or others)]


def _schema(target: Target, own_id: str | None = None) -> JsonObject:
    properties: dict[str, Json] = {one.slug: _property(one) for one in _writable(target)}
    if own_id:
        properties[own_id] = {"type": ["null", "string"]}
    required: list[Json] = [
        one.slug for one in _writable(target) if one.is_required and one.default_value is None
    ]
    schema: JsonObject = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _without_required(schema: JsonObject) -> JsonObject:
    return {name: value for name, value in schema.items() if name != "required"}


def _property(attribute: Attribute) -> JsonObject:
    """The attribute as the source's schema has it, widened to text where warehouses keep text instead."""
    shown: dict[str, Any] = dict(column_schema(attribute))
    if attribute.is_multiselect or attribute.type in _FREE:
        shown = {"type": ["null", "string", "object", "array", "number"]}
    return {"title": attribute.title, **shown}


def _writable(target: Target) -> list[Attribute]:
    return [one for one in target.attributes.values() if one.is_writable and not one.is_archived]
