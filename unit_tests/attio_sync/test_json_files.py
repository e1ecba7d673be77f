"""Rows of JSON files: an array of objects, or one object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.rows.readers import rows_of_file
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
