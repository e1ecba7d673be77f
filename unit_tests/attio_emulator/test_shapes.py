"""Checks of request bodies: all issues at once, each with its place."""

from typing import Any

import pytest

from attio_emulator.contract.refusals import AttioRefusal
from attio_emulator.contract.shapes import (
    array,
    boolean,
    conform,
    either,
    integer,
    nullable,
    one_of,
    shape,
    text,
    uuid,
)

BODY = shape(
    {"title": text(1, 3), "tags": array(uuid(), 1, 2)},
    {"done": nullable(boolean()), "size": integer(0, 5), "kind": one_of("a", 1)},
    closed=True,
)
ID = "00000000-0000-4000-8000-00000000000a"
GOOD = {"title": "x", "tags": [ID]}


@pytest.mark.parametrize(
    "more", [{}, {"done": None}, {"done": False}, {"size": 5}, {"kind": 1}, {"tags": [ID.upper()] * 2}]
)
def test_what_fits_is_given_back(more: dict[str, Any]) -> None:
    """Unchanged."""
    assert {**GOOD, **more} == conform({**GOOD, **more}, BODY)


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"title": ""}, "too_small", ["title"]),
        ({"title": "xxxx"}, "too_big", ["title"]),
        ({"title": None}, "invalid_type", ["title"]),
        ({"tags": []}, "too_small", ["tags"]),
        ({"tags": [ID] * 3}, "too_big", ["tags"]),
        ({"tags": [ID, "x"]}, "invalid_string", ["tags", 1]),
        ({"done": 0}, "invalid_type", ["done"]),
        ({"size": True}, "invalid_type", ["size"]),
        ({"size": 1.5}, "invalid_type", ["size"]),
        ({"size": -1}, "too_small", ["size"]),
        ({"size": 6}, "too_big", ["size"]),
        ({"kind": True}, "invalid_option", ["kind"]),
        ({"surprise": 1}, "unrecognized_keys", []),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(changes: Any, code: str, path: list[Any]) -> None:
    """One issue for the one member that is wrong."""
    [issue] = BODY({**GOOD, **changes}, ())

    assert (code, path) == (issue["code"], issue["path"])


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """With what a missing member should have been; no more than fifty issues."""
    with pytest.raises(AttioRefusal) as refused:
        conform({"size": "x"}, BODY)
    missing = [(each["path"], each["expected"]) for each in refused.value.validation_errors or ()]
    many: dict[str, Any] = {**GOOD, "tags": ["x"] * 99}
    with pytest.raises(AttioRefusal) as cut:
        conform(many, shape({"tags": array(uuid())}))

    assert [(["title"], "string"), (["tags"], "array"), (["size"], "integer")] == missing
    assert 50 == len(cut.value.validation_errors or ())


def test_of_several_forms_the_nearest_one_is_told_about() -> None:
    """One whose word was used is nearer than one with fewer members missing."""
    cat = shape({"type": one_of("cat"), "claws": integer()})
    dog = shape({"type": one_of("dog"), "bark": text(), "ears": text(), "tail": text()})
    check = either(cat, dog)

    assert [] == check({"type": "cat", "claws": 4}, ())
    assert [["bark"], ["ears"], ["tail"]] == [each["path"] for each in check({"type": "dog"}, ())]
    assert ["invalid"] == [each["code"] for each in check(5, ())]
