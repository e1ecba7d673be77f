"""Columns of rows, and what is inferred of them for people and companies."""

from __future__ import annotations

from typing import Any

from attio_api.attributes import Attribute
from destination_attio.rows.columns import Column
from destination_attio.rows.infer_mapping import Inferred, infer_mapping


def attribute(slug: str, kind: str = "text", title: str = "", **more: Any) -> Attribute:
    shown = title or slug.replace("_", " ").capitalize()
    return Attribute(attribute_id=slug, slug=slug, title=shown, type=kind, **more)


PEOPLE = [
    attribute("record_id", is_unique=True, is_writable=False),
    attribute("name", "personal-name"),
    attribute("email_addresses", "email-address", is_multiselect=True, is_unique=True),
    attribute("phone_numbers", "phone-number", is_multiselect=True),
    attribute("job_title"),
    attribute("company", "record-reference", allowed_object_ids=("companies",)),
    attribute("primary_location", "location"),
    attribute("created_at", "timestamp", is_writable=False),
]
COMPANIES = [
    attribute("domains", "domain", is_multiselect=True, is_unique=True),
    attribute("name"),
    attribute("since", "date", "Customer since"),
]


def inferred(row: dict[str, Any], attributes: list[Attribute], slug: str = "people") -> Inferred:
    """What is inferred of one row's columns; a list stands for the cells of several rows."""
    columns = []
    for name, value in row.items():
        cells = [one for one in (value if isinstance(value, list) else [value]) if one]
        columns.append(Column(name=name, filled=len(cells), samples=tuple(dict.fromkeys(cells))))
    return infer_mapping(columns, attributes, slug)


def goes(found: Inferred) -> dict[str, str]:
    return {
        column: f"{one.attribute}.{part}" if part else one.attribute
        for one in found.fields
        for column, part in one.parts_by_column.items()
    }


def reasons(found: Inferred) -> dict[str, str]:
    return {one.column: one.reason for one in found.left_out}
