"""The generated function that fills in columns, for values in the declared shape and in dicts."""

from typing import Any

import msgspec
import pytest

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.errors import Malformed
from source_attio.decode.columns import TEXT, Column
from source_attio.decode.fill import filling
from source_attio.decode.layout import values_type

EARLY, LATE = "2026-01-01T00:00:00.000000000Z", "2026-02-01T00:00:00.000000000Z"


def column(kind: str, *, slug: str = "x", many: bool = False, joins: str | None = None) -> Column:
    known = ATTRIBUTE_TYPES.get(kind)
    read = known.read if known else None
    return Column(slug=slug, name=slug, type=kind, many=many, schema=TEXT, read=read, joins=joins)


def filled(of: Column, *values: dict[str, Any], in_dicts: bool) -> tuple[dict[str, Any], str]:
    """The columns of a row with these values of one attribute, and the newest time."""
    held: Any = {of.slug: [{"active_from": EARLY, **each} for each in values]}
    if not in_dicts:
        held = msgspec.convert({"created_at": [], **held}, values_type((of,)))
    data: dict[str, Any] = {}
    newest = filling((of,), in_dicts=in_dicts)(held, data, EARLY)
    return data, newest


COMPANY = {"target_object": "companies", "target_record_id": "c"}
OWNER = {"type": "workspace-member", "id": "m"}


@pytest.mark.parametrize("in_dicts", [False, True])
@pytest.mark.parametrize(
    ("kind", "value", "plain"),
    [
        ("text", {"value": "a"}, "a"),
        ("checkbox", {"value": False}, False),
        ("number", {"value": 0}, 0),
        ("number", {"value": "12.5"}, 12.5),
        ("rating", {"value": "3"}, 3),
        ("currency", {"currency_value": "5", "currency_code": None}, {"amount": 5, "currency": None}),
        ("select", {"option": {"title": "A"}}, "A"),
        ("status", {"status": "an id"}, "an id"),
        ("record-reference", COMPANY, {"object": "companies", "record_id": "c"}),
        (
            "interaction",
            {"interaction_type": "email", "interacted_at": LATE, "owner_actor": OWNER},
            {"type": "email", "interacted_at": LATE, "owner": OWNER},
        ),
        (
            "interaction",
            {"interaction_type": "email", "interacted_at": LATE, "owner_actor": None},
            {"type": "email", "interacted_at": LATE, "owner": {"type": None, "id": None}},
        ),
    ],
)
def test_a_value_fills_its_column(kind: str, value: dict[str, Any], plain: Any, in_dicts: bool) -> None:
    """In both shapes the column holds the same plain value; one of several values is a list."""
    assert ({"x": plain}, EARLY) == filled(column(kind), value, in_dicts=in_dicts)
    assert {"x": [plain, plain]} == filled(column(kind, many=True), value, value, in_dicts=in_dicts)[0]


@pytest.mark.parametrize("in_dicts", [False, True])
@pytest.mark.parametrize("kind", ["number", "currency"])
def test_what_is_no_number_fills_no_column(kind: str, in_dicts: bool) -> None:
    """The answer is malformed, rather than a text in a column of numbers."""
    with pytest.raises((Malformed, msgspec.ValidationError)):
        filled(column(kind), {"value": "x", "currency_value": "x", "currency_code": "EUR"}, in_dicts=in_dicts)


@pytest.mark.parametrize("in_dicts", [False, True])
def test_a_column_without_a_value_is_left_out(in_dicts: bool) -> None:
    """No value and an empty one leave nothing behind, so that a new attribute changes no row."""
    assert ({}, EARLY) == filled(column("text"), in_dicts=in_dicts)
    assert ({}, EARLY) == filled(column("text"), {"value": None}, in_dicts=in_dicts)


@pytest.mark.parametrize("in_dicts", [False, True])
def test_the_newest_time_of_all_values_is_told(in_dicts: bool) -> None:
    """Also that of a value behind another, and in whatever form a time is written."""
    values = ({"value": "a"}, {"value": "b", "active_from": "2026-02-01T01:00:00+01:00"})

    assert LATE == filled(column("text", many=True), *values, in_dicts=in_dicts)[1]


@pytest.mark.parametrize("in_dicts", [False, True])
def test_a_reference_has_a_column_to_join_by(in_dicts: bool) -> None:
    """It holds the ids alone: one, or a list of several."""
    one = filled(column("record-reference", joins="id"), COMPANY, in_dicts=in_dicts)[0]
    many = filled(column("record-reference", joins="id", many=True), COMPANY, in_dicts=in_dicts)[0]

    assert ("c", ["c"]) == (one["id"], many["id"])


def test_values_of_an_unknown_type_are_passed_on_as_they_are() -> None:
    """A list of Attio's own objects, however many it holds."""
    value = {"active_from": EARLY, "attribute_type": "hologram", "beam": {"a": 1}}

    assert {"x": [value]} == filled(column("hologram"), value, in_dicts=False)[0]


@pytest.mark.parametrize(
    "slug", ["class", "a'b", "ä\u2028ö", "x\\n", "{0}", "None", "data", "newest", "value"]
)
def test_a_slug_is_no_code(slug: str) -> None:
    """Whatever an attribute is called, its name is text in the generated function."""
    assert {slug: "a"} == filled(column("text", slug=slug), {"value": "a"}, in_dicts=True)[0]
