from __future__ import annotations

from typing import TYPE_CHECKING

from attio_sync.loading.tables import Table
from attio_sync.loading.warehouse import Loaded
from unit_tests.attio_sync.companies_table import company, names

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_sync.loading.loader import Load
    from attio_sync.loading.warehouse import Warehouse


def test_rows_and_state_go_in_together(warehouse: Warehouse, load: Callable[..., Load]) -> None:
    """A completed stream has its rows in the table and its newest state beside them."""
    one = load()
    one.row(company(1))
    one.checkpoint({"cursor": "1"})
    one.row(company(2))
    one.checkpoint({"cursor": "2"})
    one.complete()

    assert [("r1", "Ada"), ("r2", "Ada")] == names(warehouse)
    assert {"companies": {"cursor": "2"}} == warehouse.states()
    assert Loaded(rows=2, added=2) == one.loaded


def test_rows_that_are_json_already_are_taken_as_they_are(
    warehouse: Warehouse, load: Callable[..., Load]
) -> None:
    """A printed row ends up as one that was read, also with no member, and where a column is renamed."""
    twins = {"record_id": {"type": "string"}, "Name": {"type": "string"}, "name": {"type": "string"}}
    table = Table.of("twins", {"type": "object", "properties": twins}, ["record_id"])
    one = load()
    one.printed(b'{"record_id":"r1","name":"Ada"}')
    one.printed(b"{}")
    one.complete()
    other = load(table=table)
    other.printed(b'{"record_id":"r1","Name":"Ada","name":"Grace"}')
    other.complete()

    assert [("r1", "Ada"), (None, None)] == names(warehouse)
    assert [("r1", "Ada", "Grace")] == warehouse.connection.execute("FROM twins").fetchall()


def test_what_no_state_covers_is_left_out_when_a_stream_breaks_off(
    warehouse: Warehouse, load: Callable[..., Load]
) -> None:
    """After a failure the table holds exactly the rows before the saved state."""
    one = load()
    one.row(company(1))
    one.checkpoint({"cursor": "1"})
    one.row(company(2))
    one.abandon()

    assert [("r1", "Ada")] == names(warehouse)
    assert {"companies": {"cursor": "1"}} == warehouse.states()


def test_long_streams_go_in_by_parts(warehouse: Warehouse, load: Callable[..., Load]) -> None:
    """A state with enough rows before it is stored while the stream goes on."""
    one = load(commit_every=2)
    one.row(company(1))
    one.checkpoint({"cursor": "1"})
    first = len(names(warehouse))
    one.row(company(2))
    one.checkpoint({"cursor": "2"})
    one.close()

    assert (0, 2) == (first, len(names(warehouse)))
    assert {"companies": {"cursor": "2"}} == warehouse.states()


def test_a_table_that_is_read_anew_keeps_its_old_rows_until_the_end(
    warehouse: Warehouse, load: Callable[..., Load]
) -> None:
    """Reading a stream in full replaces its table at the end, and not at all when it breaks off."""
    old = load()
    old.row(company(1))
    old.complete()
    broken = load(way="replace")
    broken.row(company(2))
    broken.checkpoint({"cursor": "2"})
    broken.abandon()
    after_break = names(warehouse)
    whole = load(way="replace")
    whole.row(company(3))
    whole.complete()

    assert [("r1", "Ada")] == after_break
    assert [("r3", "Ada")] == names(warehouse)
