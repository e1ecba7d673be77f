"""The four tables of attribute types in the docs, held against the types that the code knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.references import write_interaction

DOCS = Path(__file__).resolve().parents[2] / "docs"
CALLED: Final = {
    "e-mail": "email-address",
    "e-mail address": "email-address",
    "phone": "phone-number",
    "name": "personal-name",
    "currency amount": "currency",
    "member (actor)": "actor-reference",
}
"""What the pages call a type where they do not use its own name with spaces."""
NO_TYPES: Final = {
    "several values",
    "multi-valued",
    "a type Attio adds later",
    "a type that this version does not know",
}


class Table(NamedTuple):
    """A table of types: where it stands, and whether it lists what can be read or what can be written."""

    page: str
    heading: str
    is_of_written: bool


TABLES = [
    Table("sources/attio.md", "| Attio | column |", is_of_written=False),
    Table("streams.md", "| attribute type | column |", is_of_written=False),
    Table("destinations/attio.md", "| Attio | from |", is_of_written=True),
    Table("destination-mapping.md", "| attribute type | rows may hold |", is_of_written=True),
]
WRITTEN = {name for name, one in ATTRIBUTE_TYPES.items() if one.write is not write_interaction}


def told(text: str, heading: str) -> list[str]:
    """The types that a table names, as often as it does."""
    table = text[text.index(heading) :].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    names = [name for row in table for name in re.split(r", ", row.split("|")[1].strip())]
    return [CALLED.get(name, name.replace(" ", "-")) for name in names if name not in NO_TYPES]


@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.page)
def test_every_type_has_its_place_in_the_table(table: Table) -> None:
    """Each type that can be read (or written) stands in the table once, and nothing else does."""
    names = told((DOCS / table.page).read_text(encoding="utf-8"), table.heading)
    not_written = {*ATTRIBUTE_TYPES} - WRITTEN if table.is_of_written else set()

    assert {*ATTRIBUTE_TYPES} - not_written == {*names} - not_written, (
        f"the table {table.heading} of {table.page}"
    )
    assert len(names) == len(set(names))


def test_a_lost_row_is_noticed() -> None:
    """The comparison sees a row that is not there."""
    text = "| Attio | column |\n|---|---|\n| text, e-mail | string |\n| date | date |\n\nMore.\n"

    assert ["text", "email-address", "date"] == told(text, "| Attio | column |")
    assert ["text", "email-address"] == told(text.replace("| date | date |\n", ""), "| Attio | column |")
