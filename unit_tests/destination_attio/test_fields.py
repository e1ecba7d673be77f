"""How several columns make up one attribute's value."""

from typing import Any

import pytest

from attio_api.errors import Misconfigured, Rejected
from destination_attio.rows.desired import desire
from unit_tests.destination_attio.bindings import binding


def test_a_value_is_put_together_from_its_columns() -> None:
    """Parts make one value; all empty is none, none there leaves it alone; refusals name them."""
    parts = {"columns": {"city": "town", "country": "land"}, "attribute": "place"}
    bound = binding(fields=[{"column": "d", "attribute": "domains"}, parts])
    row = {"d": "a.example.com", "town": "Oslo", "land": "no"}
    place: Any = desire(bound, row, 1).values["place"]
    named: Any = desire(bound, row | {"land": "Norway"}, 1).values["place"]
    wrong = desire(bound, row | {"land": "Atlantis"}, 1)

    assert ("Oslo", "NO") == (place["locality"], place["country_code"])
    assert place == named
    assert desire(bound, row | {"town": " ", "land": None}, 1).values["place"] is None
    assert "place" not in desire(bound, {"d": "a.example.com"}, 1).values
    assert "town, land" == wrong.refused(wrong.trouble or Rejected()).column
    assert row == bound.reads(row | {"more": 1})
    with pytest.raises(Misconfigured, match="no part 'planet'"):
        binding(fields=[{"columns": {"planet": "p"}, "attribute": "place"}])


def test_usual_names_of_parts_go_together() -> None:
    """Without a mapping two parts make a value, one alone does not, and a column for all of it wins."""
    key = {"domains": "a.example.com"}
    place: Any = desire(binding(), key | {"City": "Oslo", "zip": "0150"}, 1).values["place"]
    whole: Any = desire(binding(), key | {"City": "Oslo", "zip": "0150", "place": "GB"}, 1).values["place"]

    assert ("Oslo", "0150") == (place["locality"], place["postcode"])
    assert (None, "GB") == (whole["locality"], whole["country_code"])
    assert "place" not in desire(binding(), key | {"state": "won", "country": "Norway"}, 1).values


BOTH = {"column": "web", "more_columns": ["shop"], "attribute": "domains"}
FILE: dict[str, Any] = {"match": "name", "read": {"blank": "leave"}}
NAMED = {"column": "name", "attribute": "name"}


@pytest.mark.parametrize(
    ("row", "values", "merge"),
    [
        ({"web": "a.example.com", "shop": "b.example.com"}, ["a.example.com", "b.example.com"], "overwrite"),
        ({"web": "a.example.com", "shop": "www.a.example.com"}, ["a.example.com"], "overwrite"),
        ({"web": "a.example.com, c.example.com", "shop": ""}, ["a.example.com", "c.example.com"], "append"),
        ({"web": None, "shop": "b.example.com"}, ["b.example.com"], "append"),
        ({"shop": "b.example.com"}, ["b.example.com"], "append"),
    ],
)
def test_several_columns_bring_the_values_of_one_attribute(
    row: dict[str, Any], values: list[str], merge: str
) -> None:
    """The first column's come first; where one is blank, the others take nothing of what Attio holds."""
    wanted = desire(binding(fields=[NAMED, BOTH], **FILE), {"name": "A", **row}, 1)

    assert wanted.trouble is None
    assert (values, merge) == (wanted.values["domains"], wanted.fields["domains"].merge)


def test_columns_that_are_all_blank_set_nothing() -> None:
    """In a file; what a warehouse holds as null clears."""
    blank = {"name": "A", "web": None, "shop": None}

    assert "domains" not in desire(binding(fields=[NAMED, BOTH], **FILE), blank, 1).values
    assert desire(binding(fields=[NAMED, BOTH], match="name"), blank, 1).values["domains"] is None


def test_of_several_columns_the_one_that_cannot_be_taken_is_named() -> None:
    """It rejects its row, or is left out alone and listed; its other columns are written."""
    row = {"name": "A", "web": "a.example.com", "shop": "none at all"}
    rejected = desire(binding(fields=[NAMED, BOTH], **FILE), row, 1)
    skipped = desire(binding(fields=[NAMED, BOTH], **FILE, on_invalid="skip_field"), row, 1)

    assert rejected.trouble is not None
    change = rejected.refused(rejected.trouble)
    assert ("shop", "none at all") == (change.column, change.value)
    assert ["a.example.com"] == skipped.values["domains"]
    assert [("shop", "none at all")] == [(one.column, one.value) for one in skipped.skipped]
    assert "append" == skipped.fields["domains"].merge


def test_one_value_has_one_column() -> None:
    """And further columns need a first one."""
    with pytest.raises(Misconfigured, match="'name' holds one value, and `more_columns` would bring several"):
        binding(fields=[{**BOTH, "attribute": "name"}])
    with pytest.raises(ValueError, match="name a column twice"):
        binding(fields=[{**BOTH, "more_columns": ["web"]}])
    with pytest.raises(ValueError, match="`more_columns` goes with `column`"):
        binding(fields=[{"constant": "x", "more_columns": ["web"], "attribute": "domains"}])
