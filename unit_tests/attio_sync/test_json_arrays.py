"""The elements of a JSON array, of which one is in memory at a time."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from attio_sync.rows import json_arrays
from attio_sync.rows.json_arrays import BrokenArrayError, elements_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ODD: Sequence[Any] = [
    {"a": 'quote " and \\ and \\" and ]}', "b": [1, [2, {"c": "é, [x"}]]},
    {},
    [],
    "text, with ] and \\",
    7,
    None,
]


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_the_elements_are_those_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, block: int, indent: int | None
) -> None:
    """Wherever a block of the file ends, and whatever stands in texts."""
    monkeypatch.setattr(json_arrays, "_BLOCK", block)
    text = f" {json.dumps(ODD, indent=indent, ensure_ascii=False)} \n".encode()

    assert ODD == [json.loads(one or b"") for one in elements_of(io.BytesIO(text))]
    assert [] == list(elements_of(io.BytesIO(b" [ \n ] ")))


@pytest.mark.parametrize("block", [3, 1 << 20])
def test_an_element_that_is_too_long_is_told_in_its_place(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """The others come as they are."""
    monkeypatch.setattr(json_arrays, "MOST_OF_ROW", 10)
    monkeypatch.setattr(json_arrays, "_BLOCK", block)

    assert [b"1", None, b'"12345678"'] == list(elements_of(io.BytesIO(b'[1,"123456789","12345678"]')))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"a": 1}', "it ends before"),
        ('[{"a": "]', "it ends before"),
        ("[1] [2]", "it goes on after"),
        ("[1] x", "it goes on after"),
        ("", "it ends before"),
    ],
)
def test_what_is_no_whole_array_is_told(text: str, reason: str) -> None:
    """A file that was cut off is never taken for a shorter one."""
    with pytest.raises(BrokenArrayError, match=reason):
        list(elements_of(io.BytesIO(text.encode())))


def test_a_blank_between_two_commas_is_an_element() -> None:
    """Whoever parses it says that it is none."""
    assert [b"1", b" ", b"2", b""] == list(elements_of(io.BytesIO(b"[1, ,2,]")))
