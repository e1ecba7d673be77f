"""Rows of JSON files: an array of objects, or one object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.rows import json_arrays, json_files
from attio_sync.rows.readers import rows_of_file
from destination_attio.model.targets import UNREADABLE
from unit_tests.attio_sync.row_files import write

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = [{"name": "Ada", "zip": "007", "tags": ["a", "b"]}, {"name": "Zoë", "zip": None, "tags": []}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[{"name":"Ada","zip":"007","tags":["a","b"]},{"name":"Zoë","zip":null,"tags":[]}]'),
        (
            "a.jsonl",
            '{"name":"Ada","zip":"007","tags":["a","b"]}\n\n{"name":"Zoë","zip":null,"tags":[]}\n',
        ),
    ],
)
def test_json_rows_come_as_they_are(folder: Path, name: str, content: str) -> None:
    """An array of objects and one object a line are the same rows."""
    rows = rows_of_file(write(name, content))

    assert PEOPLE == list(rows.read())
    assert (2, ("name", "zip", "tags")) == (rows.count, rows.columns)


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_byte_order_mark_does_no_harm(folder: Path, name: str) -> None:
    """Programs on Windows write one; it is no part of the data."""
    rows = rows_of_file(write(name, '\ufeff{"a": 1}' if name == "a.jsonl" else '\ufeff[{"a": 1}]'))

    assert [{"a": 1}] == list(rows.read())


def test_a_row_longer_than_what_is_read_at_once_is_a_row(folder: Path) -> None:
    """A JSON array may hold an object of any length."""
    rows = rows_of_file(write("a.json", '[{"a": "' + "x" * 20_000_000 + '"}]'))

    assert [20_000_000] == [len(str(row["a"])) for row in rows.read()]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        (
            "a.jsonl",
            '{{"name": 1}}\n{{"name": "{}"}}\n\n{{"name": 2}}\n{{"name": "{}"}}',
            ("Line 2", "Line 5"),
        ),
        ("a.json", '[{{"name": 1}}, {{"name": "{}"}},{{"name": 2}},\n{{"name": "{}"}}]', ("Row 2", "Row 4")),
    ],
)
def test_a_row_that_is_too_long_costs_itself_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, place: tuple[str, str]
) -> None:
    """The others are rows, also behind it; memory never holds the long one."""
    monkeypatch.setattr(json_files, "MOST_OF_ROW", 1 << 20)
    monkeypatch.setattr(json_arrays, "MOST_OF_ROW", 1 << 20)
    rows = rows_of_file(write(name, content.format("x" * (34 << 20), "x" * (2 << 20))))
    first, last = (f"{one} has more than 67,108,864 bytes, the most that is taken of a row." for one in place)

    assert [{"name": 1}, {UNREADABLE: first}, {"name": 2}, {UNREADABLE: last}] == list(rows.read())
    assert (4, ("name",)) == (rows.count, rows.columns)


def test_an_array_that_is_too_long_to_be_read_at_once_tells_where_it_is_damaged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the number of the row."""
    monkeypatch.setattr(json_files, "MOST_OF_ROW", 10)

    for content, place in (
        ('[{"a": 1}, {"a": }]', "row 2: "),
        ('[{"a": 1}, {"a": 2}', "row 1: it ends before"),
    ):
        with pytest.raises(WrongUsage, match=f"a.json is not JSON: {place}"):
            rows_of_file(write("a.json", content))
