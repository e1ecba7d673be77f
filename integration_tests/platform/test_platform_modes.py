"""What the platform's modes do to Attio: a refresh that removes, and field mapping for data activation."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integration_tests.platform.catalog import Choice, configured
from integration_tests.platform.jobs import Refresh
from integration_tests.platform.mapping import Mapping
from integration_tests.platform.orchestrator import Connector, Orchestrator
from integration_tests.platform.workspaces import another_attio, config, contents

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path(sys.executable).parent
STAND_IN = Path(__file__).parent / "stand_ins/rows_source.py"
UNLIMITED = 10_000
ROWS = [{"site": f"company-{number}.example.com", "title": f"Company {number}"} for number in range(30)]
DISCOVERED = {
    "streams": [
        {
            "name": "customers",
            "json_schema": {"properties": {"site": {"type": "string"}, "title": {"type": "string"}}},
            "supported_sync_modes": ["full_refresh"],
        }
    ]
}
FIELDS = [{"column": "site", "attribute": "domains"}, {"column": "title", "attribute": "name"}]
STREAM = {"stream": "customers", "target": "companies", "match": ["domains"], "fields": FIELDS}


def _source(**failing: int) -> Connector:
    return Connector(argv=(sys.executable, str(STAND_IN)), config={"rows": ROWS, **failing})


@contextmanager
def _connection(folder: Path, choice: Choice, **settings: Any) -> Iterator[tuple[Orchestrator, Any]]:
    """A connection from a table of rows into an empty workspace."""
    with another_attio() as target:
        write = config(target, requests_per_second=UNLIMITED, **settings)
        yield (
            Orchestrator(
                source=_source(),
                destination=Connector(
                    argv=(str(BIN / "destination-attio"),), config=write, supports_refreshes=True
                ),
                catalog=configured(DISCOVERED, [choice]),
                folder=folder,
            ),
            target,
        )


def test_refresh_removes_only_after_the_source_was_seen_whole(tmp_path: Path) -> None:
    """A mirror removes nothing when the source failed; once the stream is complete, it does."""
    choice = Choice(
        name="customers", sync_mode="full_refresh", destination_sync_mode="append", primary_key=("site",)
    )
    mirror = [STREAM | {"mode": "mirror", "max_delete_percent": 50}]
    with _connection(tmp_path, choice, streams=mirror) as (connection, target):
        target.create_record("companies", {"name": "Gone", "domains": ["gone.example.com"]})
        connection.begin(Refresh(streams=frozenset({"customers"}), truncates=True))
        connection.source = _source(fail_after=10)
        failed = connection.attempt()
        left = set(contents(target, "companies", "domains"))
        connection.source = _source()
        whole = connection.attempt()
        mirrored = set(contents(target, "companies", "domains"))

    assert [False, True] == [failed.succeeded, whole.succeeded]
    assert "gone.example.com" in left
    assert {row["site"] for row in ROWS} == mirrored


def test_image_without_a_card_removes_nothing(tmp_path: Path) -> None:
    """A platform that sends no completion mark, as to images added by hand, never makes a mirror delete."""
    choice = Choice(name="customers", sync_mode="full_refresh", destination_sync_mode="overwrite")
    mirror = [STREAM | {"mode": "mirror", "max_delete_percent": 50}]
    with _connection(tmp_path, choice, streams=mirror) as (connection, target):
        connection.destination = replace(connection.destination, supports_refreshes=False)
        target.create_record("companies", {"name": "Here", "domains": ["here.example.com"]})
        (attempt,) = connection.sync()
        left = set(contents(target, "companies", "domains"))

    assert attempt.succeeded
    assert {"here.example.com", *(row["site"] for row in ROWS)} == left


def test_mapped_fields_arrive_without_further_settings(tmp_path: Path) -> None:
    """In data activation the mapping is all there is: object, matching key and names come with it."""
    choice = Choice(
        name="customers",
        sync_mode="full_refresh",
        primary_key=("domains",),
        destination_object_name="companies",
    )
    with _connection(tmp_path, choice) as (connection, target):
        connection.mapping = Mapping(names={"customers": {"site": "domains", "title": "name"}})
        (attempt,) = connection.sync()
        said = contents(target, "companies", "domains", "name")

    assert attempt.succeeded
    assert {row["site"]: [[row["site"]], [row["title"]]] for row in ROWS} == said
