"""Which columns a stream of records or entries has, and what they are called.

A column is named by its attribute's slug. Names that the connector itself needs win over slugs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from attio_api.attributes import ATTRIBUTE_TYPES, column_schema
from attio_api.definitions import Attribute
from attio_api.wire import Json, JsonObject

TEXT: Final[JsonObject] = {"type": ["null", "string"]}
TRUTH: Final[JsonObject] = {"type": ["null", "boolean"]}
MOMENT: Final[JsonObject] = {
    "type": ["null", "string"],
    "format": "date-time",
    "airbyte_type": "timestamp_with_timezone",
}
RAW_VALUES: Final = "_raw_values"
CURSOR: Final = "_changed_at"
DELETED_AT: Final = "_ab_cdc_deleted_at"
"""What Airbyte's destinations go by: a row in which it is not null leaves the table."""

ADDED: Final[Mapping[str, JsonObject]] = {
    "updated_at": MOMENT,
    CURSOR: MOMENT,
    "_deleted": TRUTH,
    "_merged_into": TEXT,
    DELETED_AT: MOMENT,
}
"""What every stream with a cursor has besides Attio's own members."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """What records and entries differ in."""

    noun: str
    id_column: str
    values_member: str
    members: tuple[str, ...]
    """What is taken over from beside the values, besides id and creation."""


RECORD: Final = Kind(noun="record", id_column="record_id", values_member="values", members=("web_url",))
ENTRY: Final = Kind(
    noun="entry",
    id_column="entry_id",
    values_member="entry_values",
    members=("parent_object", "parent_record_id"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One attribute's column: where it comes from, what it is called, how one value is read."""

    attribute_id: str = ""
    slug: str
    name: str
    type: str
    many: bool
    schema: JsonObject
    read: Callable[[Mapping[str, Any]], Json] | None
    """None for a type that is not known: its values come through as they are."""


def columns_of(attributes: Iterable[Attribute], kind: Kind) -> tuple[Column, ...]:
    """Give each attribute its column; two that would share a name are told apart by a suffix."""
    taken = {kind.id_column, "created_at", *kind.members, *ADDED, RAW_VALUES}
    found: list[Column] = []
    for attribute in sorted(attributes, key=lambda each: (not each.is_system, each.slug)):
        if attribute.is_system and attribute.slug in {kind.id_column, "created_at"}:
            continue
        name = free_name(attribute.slug, "attribute", taken)
        taken.add(name)
        known = ATTRIBUTE_TYPES.get(attribute.type)
        schema = column_schema(attribute)
        read = known.read if known else None
        found.append(
            Column(
                attribute_id=attribute.attribute_id,
                slug=attribute.slug,
                name=name,
                type=attribute.type,
                many=attribute.is_multiselect,
                schema=schema,
                read=read,
            )
        )
    return tuple(found)


def own_id(kind: Kind) -> Column:
    """Return the attribute that holds a row's id, read only for its time.

    A record made by merging two has their values, with their times; only its id is new.
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
    properties: dict[str, Json] = {kind.id_column: TEXT, "created_at": MOMENT}
    properties |= dict.fromkeys(kind.members, TEXT) | dict(ADDED)
    properties |= {column.name: column.schema for column in columns}
    if keep_raw:
        properties[RAW_VALUES] = {"type": ["null", "object"], "additionalProperties": True}
    return object_schema(properties)


def object_schema(properties: Mapping[str, Json]) -> JsonObject:
    """Wrap properties into the schema of a row; more of them may come with a later version of Attio."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": True,
        "properties": dict(properties),
    }
