from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from attio_sync.mapping.memory import place, read, remember
from attio_sync.push_options import RowOptions, stream_settings
from destination_attio.config import StreamConfig

if TYPE_CHECKING:
    from attio_sync.mapping.memory import Confirmed


def test_what_is_remembered_is_a_mapping_like_any_other(tmp_path: Path) -> None:
    """The file has the form of --map, and holds decisions only."""
    fields = [{"column": "Größe", "attribute": "size"}]
    path = tmp_path / "people.csv.attio.yaml"
    settings = {"stream": "people", "target": "people", "match": ["size"], "fields": fields, "mode": None}
    remember(path, settings, "by_person")
    kept = yaml.safe_load(path.read_text())

    assert {"confirmed": "by_person", "target": "people", "match": ["size"], "fields": fields} == kept
    assert "Größe" in path.read_text()
    assert "people" == StreamConfig(**stream_settings(kept)).target


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("confirmed: true\n", "by_person"),
        ("confirmed: false\n", "not_yet"),
        ("confirmed: 7\n", "not_yet"),
        ("", "by_person"),
    ],
)
def test_whether_anybody_agreed_is_read_as_people_write_it(
    tmp_path: Path, said: str, meant: Confirmed
) -> None:
    """A file of before there was a word for it counts as agreed to."""
    path = tmp_path / "a.yaml"
    path.write_text(f"{said}target: people\n")

    assert meant == read(path)["confirmed"]


def test_a_query_and_standard_input_have_no_place_to_remember() -> None:
    """Only a file has something beside it."""
    assert place(RowOptions(source=Path("a.csv"))) == Path("a.csv.attio.yaml")
    assert place(RowOptions(source=Path("-"))) is None
    assert place(RowOptions(database=Path("a.duckdb"), sql="SELECT 1")) is None
