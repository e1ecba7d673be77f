from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.rows.readers import rows_of_file
from attio_sync.rows.rows import FileChanged
from unit_tests.attio_sync.row_files import write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id,note\n" + "".join(f"{number},{'x' * 90}\n" for number in range(20_000))),
        ("a.jsonl", "".join(f'{{"id":"{number}","note":"{"x" * 90}"}}\n' for number in range(20_000))),
    ],
)
def test_a_file_is_not_held_in_memory(folder: Path, name: str, content: str) -> None:
    """What reading takes is a small part of the file, however long that is."""
    path = write(name, content)
    tracemalloc.start()
    try:
        count = sum(1 for _ in rows_of_file(path).read())
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert 20_000 == count
    assert most < path.stat().st_size / 4


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "a\n1\n"),
        ("a.jsonl", '{"a":1}\n'),
        ("a.json", '[{"a":1}]'),
        pytest.param("a.json", f'[{{"a":1,"b":"{"x" * (33 << 20)}"}}]', id="a long row"),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_no_source(folder: Path, name: str, content: str) -> None:
    """Rows of two states of a file are never mixed, also where the first ones are held in memory."""
    rows = rows_of_file(write(name, content))
    write(name, content.replace("1", "100"))

    with pytest.raises(FileChanged, match="was changed while it was read"):
        list(rows.read())


def test_a_missing_column_names_the_nearest(folder: Path) -> None:
    """A misspelled column is named with what it may have meant."""
    rows = rows_of_file(write("a.csv", "email,name\n"))

    with pytest.raises(WrongUsage, match=r"has no column 'emial'; did you mean 'email'\?"):
        rows.need(["name", "emial"])


def test_the_first_rows_are_a_sample(folder: Path) -> None:
    """With as many rows as there are where there are fewer."""
    rows = rows_of_file(write("a.csv", "name\nAda\nBob\nEve\n"))

    assert (2, ["Ada", "Bob"]) == (rows.first(2).count, [one["name"] for one in rows.first(2).read()])
    assert 3 == rows.first(9).count == rows.first(None).count
