"""Which columns a stream of records or entries has, and what they are called.

A column is named by its attribute's slug. Names that the connector itself needs win over slugs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from attio_api.attributes import ATTRIBUTE_TYPES, column_schema
from attio_api.definitions import Attribute
from attio_api.wire import Json, JsonObject
from source_attio import register
from source_attio.workspace import Family

TEXT: Final[JsonObject] = {"type": ["null", "string"]}
MOMENT: Final[JsonObject] = {
    "type": ["null", "string"],
    "format": "date-time",
    "airbyte_type": "timestamp_with_timezone",
}
RAW_VALUES: Final = "_raw_values"
_REFERENCE: Final = "record-reference"
CURSOR: Final = "_changed_at"
DELETED_AT: Final = "_ab_cdc_deleted_at"
"""Airbyte's destinations delete a row in which this column is not null."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """The differences between streams of records and of entries."""

    family: Family
    id_column: str
    values_member: str
    members: tuple[str, ...]
    """Members of a row that become columns, besides its id, creation time and values."""


RECORD: Final = Kind(family="objects", id_column="record_id", values_member="values", members=("web_url",))
ENTRY: Final = Kind(
    family="lists",
    id_column="entry_id",
    values_member="entry_values",
    members=("parent_object", "parent_record_id"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One attribute's column: where it comes from, what it is called, how one value is read."""

    attribute_id: str = ""
    title: str = ""
    description: str = ""
    slug: str
    name: str
    type: str
    many: bool
    schema: JsonObject
    read: Callable[[Mapping[str, Any]], Json] | None
    """Reads one value; None for an unknown type, whose values are passed on unchanged."""
    joins: str | None = None
    """Name of a second column of plain record ids, for a reference that allows one object only."""


def columns_of(attributes: Iterable[Attribute], kind: Kind) -> tuple[Column, ...]:
    """Return a column for each attribute; a suffix tells apart two that would share a name."""
    taken = {*register.template(kind.family).columns, RAW_VALUES}
    attributes = list(attributes)
    slugs = {each.slug for each in attributes}
    found: list[Column] = []
    for attribute in sorted(attributes, key=lambda each: (not each.is_system, each.slug)):
        if attribute.is_system and attribute.slug in {kind.id_column, "created_at"}:
            continue
        name = free_name(attribute.slug, "attribute", taken)
        taken.add(name)
        joins = None
        if attribute.type == _REFERENCE and len(attribute.allowed_object_ids or ()) == 1:
            joins = free_name(f"{name}_record_id", "attribute", {*taken, *slugs})
            taken.add(joins)
        found.append(_column(attribute, name, joins))
    return tuple(found)


def _column(attribute: Attribute, name: str, joins: str | None) -> Column:
    known = ATTRIBUTE_TYPES.get(attribute.type)
    return Column(
        attribute_id=attribute.attribute_id,
        title=attribute.title,
        description=attribute.description or f"The attribute {attribute.title}.",
        joins=joins,
        slug=attribute.slug,
        name=name,
        type=attribute.type,
        many=attribute.is_multiselect,
        schema=column_schema(attribute),
        read=known.read if known else None,
    )


def own_id(kind: Kind) -> Column:
    """Return a column for the attribute that holds a row's id, of which only the time is read.

    A record made by merging two has their values with their old times; only its id has a new time.
    """
    return Column(
        slug=kind.id_column, name=kind.id_column, type="text", many=False, schema=TEXT, read=lambda _: None
    )


def free_name(wanted: str, suffix: str, taken: set[str]) -> str:
    """Return a name that is not taken: the wanted one, else with a suffix, else with a number as well."""
    name, number = wanted, 1
    while name in taken:
        name = f"{wanted}_{suffix}" if number == 1 else f"{wanted}_{suffix}_{number}"
        number += 1
    return name


def schema_of(kind: Kind, columns: Iterable[Column], *, keep_raw: bool) -> JsonObject:
    """Return the JSON schema of a stream's rows."""
    properties: dict[str, Json] = dict(register.template(kind.family).columns)
    for column in columns:
        told: JsonObject = {"title": column.title, "description": column.description}
        properties[column.name] = {**column.schema, **told}
        if column.joins:
            one: JsonObject = {"description": f"Of {column.title}: the record's id alone, to join by."}
            ids: JsonObject = {"type": ["null", "array"], "items": TEXT} if column.many else TEXT
            properties[column.joins] = {**ids, **one}
    if keep_raw:
        properties[RAW_VALUES] = {"type": ["null", "object"], "additionalProperties": True}
    return object_schema(properties)


def object_schema(properties: Mapping[str, Json]) -> JsonObject:
    """Return the JSON schema of a row; it allows further properties, which Attio may add."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": True,
        "properties": dict(properties),
    }
