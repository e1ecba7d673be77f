"""Reads references to records and members in rows: an id, or a value that only one record has; pure.

`workspace/references` finds the ids.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attio_api.references import is_uuid
from attio_api.values import is_empty, parts_of
from destination_attio.model.targets import KEYS, RECORD_ID
from destination_attio.rows import rejections

if TYPE_CHECKING:
    from attio_api.wire import JsonObject
    from destination_attio.rows.fields import BoundField

MEMBERS = "workspace_members"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """A record to be found by a value, in these objects; `by` None stands for the object's own key."""

    slug: str
    objects: tuple[str, ...]
    by: str | None
    value: str


def pointers(one: BoundField, value: object) -> list[JsonObject | Lookup]:
    """The references in a value: with an id, or as a Lookup without one. Raises InvalidValue."""
    attribute = one.attribute
    found = [each for each in _opened(value, split=attribute.is_multiselect) if not is_empty(each)]
    if len(found) > 1 and not attribute.is_multiselect:
        raise rejections.SEVERAL_REFERENCES(attribute.slug)
    read = _member if attribute.type == "actor-reference" else _record
    return [read(one, each) for each in found]


def _opened(value: object, *, split: bool) -> list[Any]:
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        try:
            value = json.loads(value)
        except ValueError:
            return [value]
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, str) and split:
        return [part.strip() for part in parts_of(value)]
    return [value]


def _record(one: BoundField, value: object) -> JsonObject | Lookup:
    if isinstance(value, Mapping):
        return _described_record(one, value)
    text = str(value).strip()
    if one.reference in {None, RECORD_ID} and is_uuid(text):
        return {"object": _only_object(one), "record_id": text.lower()}
    return Lookup(slug=one.attribute.slug, objects=_objects(one), by=one.reference, value=text)


def _described_record(one: BoundField, value: Mapping[str, Any]) -> JsonObject | Lookup:
    named = value.get("object") or value.get("target_object")
    record_id = value.get("record_id") or value.get("target_record_id")
    others = [key for key in value if key not in {"object", "target_object", "record_id", "target_record_id"}]
    if isinstance(record_id, str) and is_uuid(record_id):
        target = str(named) if named else _only_object(one)
        return {"object": target, "record_id": record_id.lower()}
    if len(others) == 1 and not is_empty(value[others[0]]):
        objects = (str(named),) if named else _objects(one)
        return Lookup(slug=one.attribute.slug, objects=objects, by=others[0], value=_text(value[others[0]]))
    raise rejections.NOT_ONE_RECORD(one.attribute.slug)


def _text(value: object) -> str:
    while isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping) and len(value) == 1:
        value = next(iter(value.values()))
    return str(value).strip()


def _objects(one: BoundField) -> tuple[str, ...]:
    allowed = one.attribute.allowed_object_ids
    if not allowed:
        by_key = tuple(slug for slug, keys in KEYS.items() if one.reference in keys)
        if by_key:
            return by_key
        raise rejections.NO_OBJECT_NAMED(one.attribute.slug)
    return allowed


def _only_object(one: BoundField) -> str:
    objects = _objects(one)
    if len(objects) != 1:
        raise rejections.NO_OBJECT_NAMED(one.attribute.slug)
    return objects[0]


def _member(one: BoundField, value: object) -> JsonObject | Lookup:
    kind = "workspace-member"
    if isinstance(value, Mapping):
        kind = str(value.get("type") or value.get("referenced_actor_type") or kind)
        value = value.get("id") or value.get("referenced_actor_id") or value.get("email") or ""
    text = str(value).strip().lower()
    if kind != "workspace-member":
        return {"type": kind, "id": text or None}  # equal to Attio's value, or rejected when written
    if is_uuid(text):
        return {"type": kind, "id": text}
    return Lookup(slug=one.attribute.slug, objects=(MEMBERS,), by="email_address", value=text)
