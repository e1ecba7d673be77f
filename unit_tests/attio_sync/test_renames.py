"""Tables of objects that were renamed in Attio."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from airbyte_cdk.models import AirbyteStream, SyncMode

from attio_sync.failures import WrongUsage
from attio_sync.loading.loader import Load
from attio_sync.loading.renames import follow_renames
from attio_sync.loading.tables import Table
from attio_sync.loading.warehouse import opened
from attio_sync.sql import compose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attio_sync.loading.warehouse import Warehouse

SCHEMA = {"properties": {"record_id": {"type": "string"}}}


class Heard:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        """Keep a note."""
        self.notes.append(text)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Tables of two objects, by their slugs at that time."""
    with tables_of_two(tmp_path) as made:
        yield made


@contextmanager
def tables_of_two(folder: Path) -> Iterator[Warehouse]:
    with opened(folder / "crm.duckdb") as made:
        for name, target in (("gizmos", "id-1"), ("gadgets", "id-2")):
            _, table = made.fit(Table.of(name, SCHEMA, ["record_id"]))
            load = Load(made, table, spool=folder / "spool", way="merge")
            load.row({"record_id": f"row of {target}"})
            facts = {"target_id": target}
            stream = {"stream_descriptor": {"name": name}, "stream_state": facts}
            load.checkpoint({"type": "STREAM", "stream": stream})
            load.complete()
        yield made


def stream(name: str, target: str) -> AirbyteStream:
    """A stream as the source describes it."""
    schema = {**SCHEMA, "attio_id": target}
    return AirbyteStream(name=name, json_schema=schema, supported_sync_modes=[SyncMode.incremental])


def rows(warehouse: Warehouse, table: str) -> list[str]:
    query = compose("SELECT record_id FROM {table}", table=table)
    return [row for (row,) in warehouse.connection.execute(query).fetchall()]


def test_a_table_follows_its_object(warehouse: Warehouse) -> None:
    """The table, its state and the registers have the new name, and the rows are there."""
    heard = Heard()
    follow_renames(warehouse, [stream("things", "id-1"), stream("gadgets", "id-2")], heard, everything=True)

    assert ["gadgets", "things"] == warehouse.tables()
    assert ["row of id-1"] == rows(warehouse, "things")
    assert {"gadgets", "things"} == set(warehouse.states())
    assert "things" == warehouse.states()["things"]["stream"]["stream_descriptor"]["name"]  # type: ignore[index,call-overload]  # JSON
    assert 1 == len(heard.notes)


def test_two_objects_that_swap_their_names_swap_their_tables(warehouse: Warehouse) -> None:
    """Each goes through a name that nobody has."""
    streams = [stream("gadgets", "id-1"), stream("gizmos", "id-2")]
    follow_renames(warehouse, streams, Heard(), everything=True)

    assert (["row of id-1"], ["row of id-2"]) == (rows(warehouse, "gadgets"), rows(warehouse, "gizmos"))


@pytest.mark.parametrize("everything", [True, False])
def test_a_table_without_an_object_stays_and_is_named(warehouse: Warehouse, everything: bool) -> None:
    """It may be gone, hidden or left out; only a pull of all streams can tell that none feeds it."""
    heard = Heard()
    follow_renames(warehouse, [stream("gadgets", "id-2")], heard, everything=everything)

    assert ["row of id-1"] == rows(warehouse, "gizmos")
    assert everything == any("'gizmos' is not brought up to date" in each for each in heard.notes)


def test_a_table_of_the_user_is_not_replaced(warehouse: Warehouse) -> None:
    """A renamed object whose new name is the user's own table stops the pull."""
    warehouse.connection.execute("CREATE TABLE things (mine INTEGER)")

    with pytest.raises(WrongUsage, match="'things' that is not from Attio"):
        follow_renames(warehouse, [stream("things", "id-1")], Heard(), everything=True)
