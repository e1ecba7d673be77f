"""Rows that test an answer, and the places in it that they name."""

from typing import Any

import pytest

from attio_emulator.contract.wire import dumps
from attio_emulator.facts.answers import AbsentError, FactReply, failing

REPLY = FactReply(
    status=200,
    headers={"x-kind": "plain"},
    raw=dumps({"data": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], "none": None}),
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("data[1].name", "b"),
        ("data[*].id", [1, 2]),
        ("none", None),
        ("header:X-Kind", "plain"),
        ("text", REPLY.raw.decode()),
    ],
)
def test_a_path_leads_into_the_answer(path: str, found: Any) -> None:
    """To a member, an element, every element, a header, or the body as it came."""
    assert found == REPLY.at(path)


@pytest.mark.parametrize("path", ["data[2]", "data.id", "none.x", "none[*]", "header:y"])
def test_a_path_that_leads_nowhere_is_absent(path: str) -> None:
    """It is no value, not even null."""
    with pytest.raises(AbsentError):
        REPLY.at(path)


@pytest.mark.parametrize(
    ("test", "good", "bad"),
    [
        ("equals", [1, 2], [2, 1]),
        ("differs", [2, 1], [1, 2]),
        ("count", 2, 3),
        ("type", "array", "object"),
        ("one_of", [[1, 2]], [[1]]),
        ("includes", 2, 3),
        ("excludes", 3, 2),
        ("begins", [1], [2]),
        ("sorted", "asc", "desc"),
        ("exists", True, False),
    ],
)
def test_each_test_tells_good_from_bad(test: str, good: Any, bad: Any) -> None:
    """A list of two ids passes with the one and fails with the other."""
    assert [] == failing(REPLY, {"at": "data[*].id", test: good})
    assert 1 == len(failing(REPLY, {"at": "data[*].id", test: bad}))
