"""How rows that were read enter their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from attio_sync.loading.loader import Load
from attio_sync.loading.tables import Table
from attio_sync.loading.warehouse import Loaded
from attio_sync.sql import compose
from unit_tests.attio_sync.companies_table import company, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_api.wire import JsonObject
    from attio_sync.loading.warehouse import Warehouse


def test_the_last_row_of_a_key_wins(warehouse: Warehouse, load: Callable[..., Load]) -> None:
    """A record that was read twice is in the table once, as it was read last."""
    one = load()
    one.row(company(1, "old"))
    one.row(company(1, "new"))
    one.complete()

    assert [("r1", "new")] == names(warehouse)


def test_rows_stand_in_the_order_in_which_they_were_read(
    warehouse: Warehouse, load: Callable[..., Load]
) -> None:
    """A table holds its rows in the source's order, each where it was read last."""
    one = load()
    for number in (3, 1, 2, 3, 0):
        one.row(company(number))
    one.complete()

    rows = warehouse.connection.execute("SELECT record_id FROM companies").fetchall()
    assert [("r1",), ("r2",), ("r3",), ("r0",)] == rows


def test_a_second_load_changes_only_what_it_brings(warehouse: Warehouse, load: Callable[..., Load]) -> None:
    """Rows of an incremental load replace their predecessors, and the others stay."""
    first = load()
    for number in range(3):
        first.row(company(number))
    first.complete()
    second = load()
    second.row(company(1, "Grace"))
    second.row(company(7, "Alan"))
    second.complete()

    assert [("r0", "Ada"), ("r1", "Grace"), ("r2", "Ada"), ("r7", "Alan")] == names(warehouse)
    assert Loaded(rows=2, added=1, changed=1) == second.loaded


def test_a_mark_takes_the_record_out_and_keeps_its_last_image(
    warehouse: Warehouse, load: Callable[..., Load]
) -> None:
    """A record marked as deleted leaves the table; what it last held stays in `_attio.deleted`."""
    first = load()
    first.row(company(1))
    first.row(company(2))
    first.complete()
    second = load()
    second.row({"record_id": "r1", "_deleted": True, "_merged_into": "r2"})
    second.row({"record_id": "never-seen", "_deleted": True})
    second.complete()

    assert [("r2", "Ada")] == names(warehouse)
    assert Loaded(rows=2, deleted=1) == second.loaded
    assert [("companies", "r1", "r2", "Ada")] == warehouse.connection.execute(
        "SELECT stream, id, merged_into, last_row ->> 'name' FROM _attio.deleted"
    ).fetchall()


def test_a_replaced_table_says_what_is_different(warehouse: Warehouse, load: Callable[..., Load]) -> None:
    """Reading everything again counts as news only what is new, other or gone."""
    old = load()
    for number in range(4):
        old.row(company(number))
    old.complete()
    again = load(way="replace")
    for row in (company(0), company(1, "Grace"), company(9)):
        again.row(row)
    again.complete()

    assert Loaded(rows=3, added=1, changed=1, deleted=2) == again.loaded


def test_names_that_differ_in_case_only_stay_two_columns(
    warehouse: Warehouse, load: Callable[..., Load]
) -> None:
    """DuckDB does not tell 'Tier' from 'tier', so the second is numbered and no value is lost."""
    schema: JsonObject = {
        "properties": {"id": {"type": "string"}, "Tier": {"type": "string"}, "tier": {"type": "string"}}
    }
    one = load(table=Table.of('say "hi"', schema, ["id"]))
    one.row({"id": "1", "Tier": "gold", "tier": "silver"})
    one.complete()

    assert [("1", "gold", "silver")] == warehouse.connection.execute(
        'SELECT id, "Tier", tier_2 FROM "say ""hi"""'
    ).fetchall()


def test_no_name_of_a_column_collides_with_the_loaders_own(warehouse: Warehouse, tmp_path: Path) -> None:
    """Reserved words, single letters and the loader's own names are columns and tables like any other."""
    words = [str(word) for (word,) in duckdb.sql("SELECT keyword_name FROM duckdb_keywords()").fetchall()]
    letters = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
    own = ["_attio_line", "_incoming", "_before", "_kept", "_shape", "t_", "i_"]
    few = ["select", "t", "i", *own]
    many = [*dict.fromkeys([*words, *letters, *own])]
    tables = {"t": many} | dict.fromkeys(("_incoming", "select", "_shape", "_before"), few)
    for stream, columns in tables.items():
        properties: JsonObject = {
            "record_id": {"type": "string"},
            **{name: {"type": "object", "properties": {"t": {"type": "string"}}} for name in columns},
            "_deleted": {"type": "boolean"},
        }
        for way in ("merge", "merge", "replace"):
            _, table = warehouse.fit(Table.of(stream, {"properties": properties}, ["record_id"]))
            one = Load(warehouse, table, spool=tmp_path / "spool", way=way)  # type: ignore[arg-type]  # one of three
            one.row({"record_id": "r1", **{name: {"t": name} for name in columns}})
            one.row({"record_id": "r2", "_deleted": True})
            one.complete()

        row = warehouse.connection.execute(compose("SELECT * FROM {stream}", stream=stream)).fetchone()
        assert row is not None
        assert [{"t": name} for name in columns] == list(row[1:])
