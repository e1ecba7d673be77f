"""The rejection of a write that Attio refused: which attribute it is about, however Attio names it."""

import pytest

from attio_api.verdicts import verdict
from destination_attio.engine.counts import rejection
from destination_attio.rows.desired import desire
from destination_attio.rows.diff import creation
from unit_tests.destination_attio.bindings import binding, target

ROW = {"domains": "a.com", "tags": "VIP", "title": "Ada"}
FIELDS = [
    {"column": "domains", "attribute": "domains"},
    {"column": "tags", "attribute": "tags"},
    {"column": "title", "attribute": "name"},
]
OPERATION = creation(desire(binding(fields=FIELDS), ROW, 1))
NAME_ID = target().attributes["name"].attribute_id
NAMELESS = f'Required value for attribute with ID "{NAME_ID}" was not provided.'


def test_an_attribute_that_attio_names_by_its_id_is_told_by_its_slug() -> None:
    """An id means nothing to whoever reads the report; the column that fills the attribute does."""
    told = rejection(OPERATION, verdict(400, {"code": "missing_value", "message": NAMELESS}))

    assert ("name", "title") == (told.attribute, told.column)
    assert "A required attribute has no value: name (HTTP 400, missing_value)." == told.reason


@pytest.mark.parametrize(
    ("code", "message", "named"),
    [
        ("value_not_found", 'Cannot find select option with title "VIP".', ("tags", "tags")),
        ("missing_value", "Something is missing.", (None, None)),
    ],
)
def test_an_attribute_that_attio_does_not_name_is_named_where_one_alone_can_be_meant(
    code: str, message: str, named: tuple[str | None, str | None]
) -> None:
    """Attio's words about an unknown title do not say whose title it is."""
    told = rejection(OPERATION, verdict(400, {"code": code, "message": message}))

    assert named == (told.attribute, told.column)
