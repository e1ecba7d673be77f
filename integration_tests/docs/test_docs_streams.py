"""The table of streams in docs/sources/attio.md, held against what `discover` finds."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integration_tests.platform.workspaces import config
from source_attio.source import SourceAttio

if TYPE_CHECKING:
    from airbyte_cdk.models import AirbyteStream

PAGE = Path(__file__).resolve().parents[2] / "docs/sources/attio.md"
ERD = PAGE.parents[1] / "erd.md"
STREAMS = PAGE.parents[1] / "streams.md"
OPT_INS = {"include_comments": True, "history_attributes": ["deals.stage"]}
Row = tuple[str, tuple[str, ...], str, frozenset[str]]


def _table(page: Path) -> list[list[str]]:
    table = page.read_text(encoding="utf-8").split("| stream | primary key |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in table.splitlines()[2:]]


def _modes(cell: str) -> frozenset[str]:
    return frozenset(cell.replace(" ", "_").split(",_"))


def _told() -> set[Row]:
    return {
        (
            re.findall(r"`([^`]+)`", name)[0],
            tuple(re.findall(r"`([^`]+)`", key)),
            cursor.strip("`"),
            _modes(modes),
        )
        for name, key, cursor, modes, _ in _table(PAGE)
    }


def _general_name(name: str, objects: set[str], lists: set[str]) -> str:
    if name in objects:
        return "<object>"
    return "<list>_entries" if name.removesuffix("_entries") in lists else name


def _found(stream: AirbyteStream, objects: set[str], lists: set[str]) -> Row:
    return (
        _general_name(stream.name, objects, lists),
        tuple(step for (step,) in stream.source_defined_primary_key or []),
        (stream.default_cursor_field or [""])[0],
        frozenset(mode.value for mode in stream.supported_sync_modes),
    )


def _slugs(attio: Any, kind: str) -> set[str]:
    return {each["api_slug"] for each in attio.api("GET", f"/v2/{kind}")["data"]}


def test_table_of_streams_is_what_discovery_finds(attio: Any) -> None:
    """Names, primary keys, cursors and sync modes on the page are those of the catalog."""
    attio.seed("demo", companies=3, people=3, deals=1)
    settings = config(attio, **OPT_INS)
    objects, lists = _slugs(attio, "objects"), _slugs(attio, "lists")
    catalog = SourceAttio(settings).discover(logging.getLogger(), settings)

    assert {_found(stream, objects, lists) for stream in catalog.streams} == _told()


def test_the_page_of_streams_has_a_row_for_each() -> None:
    """Every stream, and no other, is in docs/streams.md, with the sync modes of the source's page."""
    beside = {"include_comments", "history_attributes", "companies", "people", "deals", "users", "workspaces"}
    found = {
        name: _modes(modes)
        for cell, _, modes, *_ in _table(STREAMS)
        for name in {*re.findall(r"`([^`]+)`", cell.replace("every object", "`<object>`"))} - beside
    }

    assert {name: modes for name, _, _, modes in _told()} == found


def test_every_stream_is_in_the_diagram() -> None:
    """The entity relationship diagram shows each stream of the table."""
    diagram = (
        ERD.read_text(encoding="utf-8")
        .replace("OBJECT", "<object>")
        .replace("LIST_entries", "<list>_entries")
    )

    assert set() == {name for name, *_ in _told() if name not in diagram}
