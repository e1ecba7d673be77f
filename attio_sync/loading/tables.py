"""Turns the JSON schema of a stream into the columns of a DuckDB table; pure.

`loader` decides which rows go in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_sync.sql import Verbatim, compose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attio_api.wire import Json, JsonObject

# Columns that only mark a record as gone: the loader acts on them, and tables hold records that exist.
MARKS = {
    "_deleted": "BOOLEAN",
    "_merged_into": "VARCHAR",
    "_ab_cdc_deleted_at": "TIMESTAMP WITH TIME ZONE",
}

_SCALARS = {"boolean": "BOOLEAN", "integer": "BIGINT", "number": "DOUBLE", "string": "VARCHAR"}
_FORMATS = {"date": "DATE", "date-time": "TIMESTAMP WITH TIME ZONE"}
_ANYTHING = "JSON"
_DELETED = "_deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableColumn:
    """A column: its name in the table, the member of a record that fills it, and its type."""

    name: str
    member: str
    type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A stream as a table."""

    stream: str
    columns: tuple[TableColumn, ...]
    primary_key: tuple[str, ...] = ()
    has_marks: bool = False
    target_id: str | None = None
    """The id of the object or list that the rows belong to, which survives a rename."""
    others: tuple[tuple[str, str], ...] = ()
    """The user's own columns and their types, which are kept."""

    @classmethod
    def of(cls, stream: str, schema: JsonObject, primary_key: Iterable[str] = ()) -> Table:
        """The table of a stream; marks stay columns where they are all that a stream has."""
        properties = _object(schema.get("properties"))
        marked = stream != "deleted_records" and _DELETED in properties
        members = {name: one for name, one in properties.items() if not (marked and name in MARKS)}
        return cls(
            stream=stream,
            columns=tuple(_columns(members)),
            primary_key=tuple(primary_key),
            has_marks=marked,
            target_id=str(schema["attio_id"]) if "attio_id" in schema else None,
        )

    @property
    def definition(self) -> Verbatim:
        """The columns for CREATE TABLE, the user's own last."""
        return definition([*((column.name, column.type) for column in self.columns), *self.others])

    def free(self, wanted: str) -> str:
        """The wanted name, changed until it differs from the table's and its columns'."""
        taken = {self.stream.lower(), *(column.name.lower() for column in self.columns)}
        taken |= {name.lower() for name, _ in self.others} | {mark.lower() for mark in MARKS}
        name = wanted
        while name.lower() in taken:
            name += "_"
        return name


def definition(columns: Iterable[tuple[str, str]]) -> Verbatim:
    """Names and types for CREATE TABLE."""
    return Verbatim(
        ", ".join(compose("{name} {type}", name=name, type=Verbatim(kind)) for name, kind in columns)
    )


def column_type(schema: Json) -> str:
    """The DuckDB type that holds every value of a JSON schema; JSON where no other type does."""
    schema = _object(schema)
    declared = schema.get("type")
    kinds = [kind for kind in (declared if isinstance(declared, list) else [declared]) if kind != "null"]
    if len(kinds) != 1:
        return _ANYTHING
    if kinds[0] == "array":
        inner = column_type(schema.get("items"))
        return _ANYTHING if inner == _ANYTHING else f"{inner}[]"
    if kinds[0] == "object":
        return _struct(_object(schema.get("properties")))
    return _FORMATS.get(str(schema.get("format")), _SCALARS.get(str(kinds[0]), _ANYTHING))


def _struct(properties: Mapping[str, Json]) -> str:
    if not properties:
        return _ANYTHING
    return f"STRUCT({definition((name, column_type(one)) for name, one in properties.items())})"


def _columns(members: Mapping[str, Json]) -> Iterable[TableColumn]:
    """The columns; a name that differs from another only in case gets a number, as DuckDB ignores case."""
    taken: set[str] = set()
    for member, schema in members.items():
        name, number = member, 1
        while name.lower() in taken:
            number += 1
            name = f"{member}_{number}"
        taken.add(name.lower())
        yield TableColumn(name=name, member=member, type=column_type(schema))


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
