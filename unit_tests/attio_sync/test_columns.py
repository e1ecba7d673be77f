from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_sync.mapping.draft import prepare
from attio_sync.rows.readers import rows_of_file
from attio_sync.ui.columns import columns_of
from attio_sync.ui.drafts import NewImport
from unit_tests.attio_sync.test_choices import attribute

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.columns import ColumnView

ATTRIBUTES = (
    attribute("name"),
    attribute("domains", "domain", is_unique=True),
    attribute("day", "date"),
    attribute("tags", "select", is_multiselect=True),
)
ROWS = "Fax,Name,Since,Tags\n1,Acme\u202e,01/02/2026,x\n2," + "y" * 90 + ",02/03/2026,\n"


@pytest.fixture
def views(tmp_path: Path) -> dict[str, ColumnView]:
    """The columns of a file, of which one goes nowhere and one asks how its dates are written."""
    (tmp_path / "a.csv").write_text(ROWS)
    fields: list[dict[str, Any]] = [
        {"column": "Name", "attribute": "name"},
        {"column": "Since", "attribute": "day", "on_invalid": "skip_field"},
        {
            "column": "Tags",
            "attribute": "tags",
            "read": {"separator": "|"},
            "on_unknown_option": "create",
        },
    ]
    settings = {"target": "companies", "match": ["name"], "fields": fields}
    mapping = prepare(settings, rows_of_file(tmp_path / "a.csv"), ATTRIBUTES)
    draft = NewImport(id="d", source=tmp_path / "a.csv", mapping=mapping)
    return {one.line.column: one for one in columns_of(draft)}


def test_columns_that_are_written_come_first(views: dict[str, ColumnView]) -> None:
    """Each keeps its number in the file, by which the form names it."""
    assert [("Name", 1), ("Since", 2), ("Tags", 3), ("Fax", 0)] == [
        (name, one.number) for name, one in views.items()
    ]


def test_a_column_shows_what_was_decided_about_it(views: dict[str, ColumnView]) -> None:
    """Only what matters for its attribute is asked; a column that goes nowhere is asked nothing."""
    assert ("tags", {"separator": "|"}, "create", "") == _decided(views["Tags"])
    assert ("day", {"date": ""}, None, "skip_field") == _decided(views["Since"])
    assert ("", {}, None, None) == _decided(views["Fax"])


def _decided(one: ColumnView) -> tuple[object, ...]:
    return one.goal, one.readings, one.on_unknown_option, one.on_invalid


def test_only_an_open_question_asks(views: dict[str, ColumnView]) -> None:
    """Dates that can be read in two ways."""
    assert ["Since"] == [name for name, one in views.items() if one.asks]


def test_samples_are_short_and_steer_nothing(views: dict[str, ColumnView]) -> None:
    """A long cell is cut, and what turns the direction of writing around is shown as a sign."""
    assert ["Acme\ufffd", "y" * 43 + "…"] == list(views["Name"].samples)
