from __future__ import annotations

from typing import Any

import pytest

from attio_api.attributes import Attribute
from attio_sync.failures import WrongUsage
from attio_sync.push_options import stream_settings
from attio_sync.ui.choices import (
    BY_YOU,
    asks_about_options,
    goal_of,
    goals,
    goals_of,
    keys,
    readings_for,
    settings_of,
)
from destination_attio.config import StreamConfig


def attribute(slug: str, kind: str = "text", **more: Any) -> Attribute:
    raw = {
        "id": {"workspace_id": "w", "object_id": "o", "attribute_id": slug},
        "api_slug": slug,
        "title": slug.title(),
        "type": kind,
        "is_writable": True,
        "is_unique": False,
        "is_multiselect": False,
        "is_required": False,
        "is_archived": False,
    }
    return Attribute.parse(raw | more)


COLUMNS = ("Name", "Street", "City", "Since")
SETTINGS: dict[str, Any] = {
    "target": "companies",
    "match": ["domains"],
    "fields": [
        {"column": "Name", "attribute": "name", "reference": "x"},
        {"constant": "a", "attribute": "tier"},
    ],
}


def test_a_column_goes_where_the_form_says() -> None:
    """To an attribute, to a part of one together with others, or nowhere; constants stay."""
    form = {"to-0": "name", "to-1": "place/line_1", "to-2": "place/locality", "to-3": "", "mode": "update"}
    made = settings_of(form, COLUMNS, SETTINGS)

    assert [
        {"column": "Name", "attribute": "name", "reference": "x"},
        {"attribute": "place", "columns": {"line_1": "Street", "locality": "City"}},
        {"constant": "a", "attribute": "tier"},
    ] == made["fields"]
    assert ("update", ["domains"]) == (made["mode"], made["match"])
    assert [{"column": "Since", "reason": BY_YOU}] == made["left_out"]
    assert StreamConfig.model_validate(stream_settings(made))


def test_what_was_decided_is_what_the_form_shows() -> None:
    """Going round changes nothing."""
    form = {"to-0": "name", "to-1": "place/line_1", "to-2": "place/locality", "merge-0": "set_if_empty"}
    made = settings_of(form, COLUMNS, SETTINGS)

    assert ["name", "place/line_1", "place/locality", ""] == [goal_of(made, one)[0] for one in COLUMNS]
    assert "set_if_empty" == goal_of(made, "Name")[1]["merge"]
    assert made == settings_of(form, COLUMNS, made)


def test_how_a_column_is_written_is_said_and_taken_back() -> None:
    """A reading that is chosen stands in the settings; the usual one does not."""
    said = settings_of({"to-3": "since", "date-3": "dmy"}, COLUMNS, SETTINGS)
    assert {"date": "dmy"} == goal_of(said, "Since")[1]["read"]

    assert "read" not in goal_of(settings_of({"to-3": "since", "date-3": ""}, COLUMNS, said), "Since")[1]


def test_a_column_that_moves_leaves_what_was_said_about_the_other_attribute() -> None:
    """A reference of one attribute means nothing for another."""
    moved = settings_of({"to-0": "title"}, COLUMNS, SETTINGS)

    assert {"column": "Name", "attribute": "title"} == goal_of(moved, "Name")[1]


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("text", {}, []),
        ("date", {}, ["date"]),
        ("currency", {}, ["decimal"]),
        ("select", {"is_multiselect": True}, ["separator"]),
    ],
)
def test_only_readings_that_matter_are_offered(kind: str, more: dict[str, Any], expected: list[str]) -> None:
    """Dates for dates, marks for numbers, separators for several values."""
    assert expected == readings_for(attribute("a", kind, **more))


def test_only_what_can_be_written_is_offered() -> None:
    """Attributes that Attio keeps itself are no goals; those of parts are offered with them."""
    found = [
        one.value
        for one in goals([attribute("a"), attribute("b", is_writable=False), attribute("n", "personal-name")])
    ]

    assert "a" in found
    assert "b" not in found
    assert "n/first_name" in found
    assert asks_about_options(attribute("s", "select"))
    assert not asks_about_options(attribute("a"))


def test_several_columns_may_go_to_one_attribute() -> None:
    """Each is chosen by itself; going round keeps which of them comes first."""
    fields = [{"column": "Phone", "more_columns": ["Mobile"], "attribute": "phones", "merge": "append"}]
    columns, form = ("Mobile", "Phone", "Home"), {"to-0": "phones", "to-1": "phones"}
    made = settings_of(form, columns, {"target": "people", "fields": fields})
    wider = settings_of({**form, "to-2": "phones"}, columns, made)

    assert fields == made["fields"]
    assert ["phones", "phones", ""] == [goal_of(made, one)[0] for one in columns]
    assert [{**fields[0], "more_columns": ["Mobile", "Home"]}] == wider["fields"]
    assert [] == wider["left_out"]


def test_records_are_found_by_unique_attributes_first_then_by_those_that_are_written() -> None:
    """Several that a mapping file matches by are one choice, and one that is offered no more stays."""
    known = [attribute("name"), attribute("domains", "domain", is_unique=True), attribute("day", "date")]
    fields = [{"column": "Name", "attribute": "name"}]

    assert {"domains": "domains (unique)", "name": "name (not unique)"} == keys(known, {"fields": fields})
    assert ["domains", "name"] == list(keys(known, {"fields": fields, "match": ["name"]}))
    assert {"domains": "domains, name"} == keys(known, {"match": ["domains", "name"]})
    assert "day" == keys(known, {"match": ["day"]})["day"]


def test_several_matching_attributes_stay_together() -> None:
    """The form has the first of them; only another choice takes their place."""
    both = SETTINGS | {"match": ["name", "city"]}

    assert ["name", "city"] == settings_of({"to-0": "name", "match": "name"}, COLUMNS, both)["match"]
    assert ["domains"] == settings_of({"to-0": "name", "match": "domains"}, COLUMNS, both)["match"]


def test_a_column_that_a_mapping_sends_to_two_attributes_keeps_both() -> None:
    """The form has the first; what is decided about it leaves the second as it is."""
    fields = [
        {"column": "City", "attribute": "town"},
        {"columns": {"locality": "City", "line_1": "Street"}, "attribute": "place"},
        {"column": "Name", "attribute": "name"},
        {"column": "Name", "attribute": "label", "merge": "set_if_empty"},
    ]
    form = {"to-0": "name", "to-1": "place/line_1", "to-2": "town"}
    made = settings_of(form, COLUMNS, {"target": "companies", "fields": fields})

    assert {one["attribute"]: one for one in fields} == {one["attribute"]: one for one in made["fields"]}
    assert ["town", "place/locality"] == [goal for goal, _ in goals_of(made, "City")]
    assert ["Since"] == [one["column"] for one in made["left_out"]]


@pytest.mark.parametrize("second", ["place/locality", "place"])
def test_two_columns_for_what_takes_one_are_refused(second: str) -> None:
    """Neither takes the place of the other without a word."""
    with pytest.raises(WrongUsage, match="'City' cannot go to 'place' beside 'Street'"):
        settings_of({"to-1": "place/locality", "to-2": second}, COLUMNS, SETTINGS)
