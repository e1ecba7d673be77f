"""Options of plan and push as rows and as settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.push_options import RowOptions, needed, only_stream, read_settings, stream_config
from attio_sync.rows.rows import Rows
from destination_attio.config import DestinationConfig


def test_options_win_over_the_mapping_file(tmp_path: Path) -> None:
    """A reading that the file has stays beside the one that an option gives."""
    mapping = tmp_path / "map.yaml"
    mapping.write_text("target: people\nmode: create\nread: {date: iso, decimal: '.'}\n")
    options = RowOptions(mapping=mapping, object_slug="companies", match="name, domains", dates="dmy")

    assert {
        "stream": "query",
        "target": "companies",
        "mode": "create",
        "match": ["name", "domains"],
        "read": {"date": "dmy", "decimal": "."},
    } == options.settings(saved={"target": "deals"})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "Say where the rows go: --object SLUG or --list SLUG"),
        ({"object_slug": "people", "list_slug": "sales"}, "--object and --list exclude each other"),
        ({"object_slug": "people", "mode": "mirror", "sample": 3}, "--sample cannot be combined with"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options: dict[str, Any], told: str) -> None:
    """A sample of a mirror would delete the records of all other rows."""
    with pytest.raises(WrongUsage, match=told):
        RowOptions(**options).settings(saved={})


def test_a_file_that_is_not_there_is_named_first() -> None:
    """Standard input is not a file."""
    RowOptions(source=Path("-")).check_files()
    with pytest.raises(WrongUsage, match=r"There is no file nowhere\.csv"):
        RowOptions(source=Path("nowhere.csv")).check_files()


@pytest.mark.parametrize(
    ("source", "name"), [("a/firms.csv.gz", "firms"), ("-", "stdin"), ("firms.v2.xlsx", "firms.v2")]
)
def test_a_stream_is_called_like_its_file(source: str, name: str) -> None:
    """So are the file of rejected rows and the run in the journal."""
    assert name == RowOptions(source=Path(source)).name
    assert "query" == RowOptions(source=Path(source), sql="SELECT 1").name


def test_how_a_file_is_written_is_said_by_the_mapping_and_the_options(tmp_path: Path) -> None:
    """The option wins; a member that no file has is refused by name."""
    source, mapping = tmp_path / "a.csv", tmp_path / "map.yaml"
    source.write_text("title\nname|zip\nAda|7\n")
    mapping.write_text('file: {header: 2, delimiter: ";"}\n')
    rows = RowOptions(source=source, mapping=mapping, delimiter="|").rows()

    assert [{"name": "Ada", "zip": "7"}] == list(rows.read())
    mapping.write_text("file: {heading: 2}\n")
    with pytest.raises(WrongUsage, match="`file` takes sheet, encoding, delimiter and header alone"):
        RowOptions(source=source, mapping=mapping).rows()


def test_a_table_is_asked_for_the_columns_that_are_read() -> None:
    """Those of fields, and the one that marks deleted rows; for all where columns go by their names."""
    table = Rows(
        name="t",
        columns=("Name", "Gone", "Shoe"),
        count=1,
        read=lambda: iter([{"Name": "A", "Gone": False, "Shoe": 42}]),
        narrowed=lambda kept: lambda: iter([dict.fromkeys(kept)]),
    )
    settings = {"target": "people", "match": ["name"], "delete_when": "Gone"}
    fields = [{"column": "Name", "attribute": "name"}]
    (asked,) = needed(table, settings | {"fields": fields}).read()

    assert {"Name", "Gone"} <= asked.keys()
    assert "Shoe" not in asked
    assert [{"Name": "A", "Gone": False, "Shoe": 42}] == list(needed(table, settings).read())


def test_a_misspelled_mark_of_deletion_is_named() -> None:
    """Without it the rows of records that are to be deleted would be written."""
    table = Rows(name="t", columns=("name", "gone"), count=0, read=lambda: iter(()))
    settings = {"stream": "a", "target": "people", "match": ["name"], "delete_when": "gnoe"}
    credentials = {"access_token": "x"}
    parsed = DestinationConfig.parse({"credentials": credentials, "streams": [settings]})

    with pytest.raises(WrongUsage, match="no column 'gnoe'; did you mean 'gone'"):
        only_stream(parsed, table)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("b: 1\na: [", "line 2: not YAML"),
        ("- a\n", "a name, a colon and a value on each line"),
        ("left_out: 7\n", "each with its `column` and its `reason`"),
        ("left_out: [{}]\n", "each with its `column` and its `reason`"),
        ("left_out: [{column: Fax, reason: 3}]\n", "each with its `column` and its `reason`"),
        ("file: 7\n", "`file` takes sheet"),
    ],
)
def test_a_mapping_file_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    """Whoever wrote it finds the place."""
    path = tmp_path / "map.yaml"
    path.write_text(text)

    with pytest.raises(WrongUsage, match=told):
        read_settings(path)


def test_a_wrong_setting_is_named_as_the_mapping_has_it() -> None:
    """Not as a member of the destination's configuration."""
    with pytest.raises(WrongUsage, match="mode") as refused:
        stream_config({"target": "people", "mode": "upset"})

    assert "streams.0" not in str(refused.value)
