"""The lines in which a mapping is shown: what each column becomes, and how many cells would be rejected."""

from __future__ import annotations

from typing import Any

import pytest

from attio_sync.mapping.lines import Line, lines
from destination_attio.model.targets import PARENT, list_target
from destination_attio.rows.columns import Column
from unit_tests.destination_attio.inferences import PEOPLE

FIELDS = [
    {"column": "Phone", "attribute": "phone_numbers"},
    {"columns": {"first_name": "First"}, "attribute": "name"},
]
COLUMNS = [
    Column(name="Shoe", filled=1, samples=("42",)),
    Column(name="Phone", filled=2, samples=("(415) 555-2671", "soon")),
    Column(name="First", filled=1, samples=("Mara",)),
]


def shown(**settings: Any) -> dict[str, Line]:
    found = lines({"target": "people", "fields": FIELDS, **settings}, COLUMNS, PEOPLE, guesses=["Phone"])
    return {one.column: one for one in found}


@pytest.mark.parametrize(
    ("settings", "refused"),
    [({}, ("(415) 555-2671", "soon")), ({"default_country": "US"}, ("soon",))],
)
def test_cells_are_judged_as_the_push_will_judge_them(settings: dict[str, Any], refused: tuple[str]) -> None:
    """Settings of the whole stream count, as the country of numbers without one does."""
    line = shown(**settings)["Phone"]

    assert (2, len(refused), refused) == (line.sampled, line.refused, line.refused_samples)


def test_columns_that_are_written_come_first() -> None:
    """Each with its part and whether it is a guess; a left-out one with its reason."""
    found = shown(left_out=[{"column": "Shoe", "reason": "no attribute of this name"}])

    assert ["Phone", "First", "Shoe"] == [*found]
    assert (False, True) == (found["Phone"].is_certain, found["First"].is_certain)
    assert ("name", "first_name") == (found["First"].attribute, found["First"].part)
    assert (None, "no attribute of this name") == (found["Shoe"].attribute, found["Shoe"].reason)


def test_a_firm_that_is_named_as_the_record_of_an_entry_is_not_told_as_rejected() -> None:
    """Which object the list is of stands in its attribute; whether the record is there is seen later."""
    parent = list_target("sales", "companies", {}).attributes[PARENT]
    field = {"column": "Firm", "attribute": PARENT, "reference": "name"}
    (line,) = lines(
        {"target": "lists/sales", "fields": [field]},
        [Column(name="Firm", filled=1, samples=("Northmill",))],
        [parent],
    )

    assert (PARENT, 1, 0) == (line.attribute, line.sampled, line.refused)
