from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from attio_sync.failures import WrongUsage
from attio_sync.loading.loader import Load
from attio_sync.loading.tables import Table
from attio_sync.loading.warehouse import Loaded, opened
from attio_sync.sql import compose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from attio_api.wire import JsonObject
    from attio_sync.loading.warehouse import Warehouse

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "record_id": {"type": "string"},
        "name": {"type": ["null", "string"]},
        "domains": {"type": ["null", "array"], "items": {"type": "string"}},
        "_changed_at": {"type": "string", "format": "date-time"},
        "_deleted": {"type": ["null", "boolean"]},
        "_merged_into": {"type": ["null", "string"]},
    },
}
COMPANIES = Table.of("companies", SCHEMA, ["record_id"])


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with opened(tmp_path / "crm.duckdb") as one:
        yield one


@pytest.fixture
def load(warehouse: Warehouse, tmp_path: Path) -> Callable[..., Load]:
    def start(*, way: str = "merge", commit_every: int = 50_000, table: Table = COMPANIES) -> Load:
        warehouse.fit(table)
        return Load(warehouse, table, spool=tmp_path / "spool", way=way, commit_every=commit_every)

    return start


def company(number: int, name: str | None = "Ada", **more: object) -> JsonObject:
    return {"record_id": f"r{number}", "name": name, "domains": [f"a{number}.com"], **more}  # type: ignore[dict-item]  # any JSON


def names(warehouse: Warehouse) -> list[tuple[str, str | None]]:
    return warehouse.connection.execute("SELECT record_id, name FROM companies ORDER BY 1").fetchall()


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


def test_the_database_gets_little_memory(warehouse: Warehouse) -> None:
    """What DuckDB holds does not grow with the file: its memory and its threads are set."""
    settings = "SELECT current_setting('memory_limit'), current_setting('threads')"

    assert ("76.2 MiB", 1) == warehouse.connection.execute(settings).fetchone()


def test_rows_that_need_more_memory_go_in_once(
    warehouse: Warehouse, load: Callable[..., Load], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that does not fit into little memory is made again with all that the machine has."""
    first = load()
    monkeypatch.setattr("attio_sync.loading.warehouse.KEPT", "1MB")
    monkeypatch.setattr(warehouse, "_limits", ["1MB", "2MB", "4MB"])
    warehouse.connection.execute("SET memory_limit = '1MB'")
    for number in range(3):
        first.row(company(number))
    first.complete()

    assert [("r0", "Ada"), ("r1", "Ada"), ("r2", "Ada")] == names(warehouse)
    assert Loaded(rows=3, added=3) == first.loaded


@pytest.mark.parametrize("trouble", [duckdb.OutOfMemoryException, duckdb.TransactionException])
def test_a_second_attempt_begins_anew(warehouse: Warehouse, trouble: type[duckdb.Error]) -> None:
    """Nothing stays of the attempt that found no room; one that fails for good is not hidden."""
    limits = []

    def work(inside: duckdb.DuckDBPyConnection) -> None:
        inside.execute("INSERT INTO _attio.tables VALUES ('companies')")
        limits.append(inside.execute("SELECT current_setting('memory_limit')").fetchone())
        if len(limits) != 3:
            raise trouble("no room")

    warehouse.whole(work)

    assert ["companies"] == warehouse.tables()
    assert 3 == len(set(limits))
    with pytest.raises(trouble, match="no room"):
        warehouse.whole(work)
    assert (["companies"], 5) == (warehouse.tables(), len(limits))


def test_columns_come_and_go_with_the_attributes(warehouse: Warehouse, load: Callable[..., Load]) -> None:
    """A new attribute is a new column, one that is gone takes its column along, and rows stay."""
    first = load()
    first.row(company(1))
    first.complete()
    properties = {**SCHEMA["properties"], "rating": {"type": ["null", "integer"]}}  # type: ignore[dict-item]  # a dict above
    del properties["domains"]
    fit, _ = warehouse.fit(Table.of("companies", {"properties": properties}, ["record_id"]))

    assert "kept" == fit
    assert ["record_id", "name", "_changed_at", "rating"] == list(warehouse.shape("companies") or {})
    assert [("r1", "Ada")] == names(warehouse)


def test_an_attribute_of_another_type_asks_for_a_new_table(
    warehouse: Warehouse, load: Callable[..., Load]
) -> None:
    """Values of one type are never squeezed into another: the stream has to be read anew."""
    warehouse.fit(COMPANIES)
    other = {"record_id": {"type": "string"}, "name": {"type": ["null", "number"]}}

    table = Table.of("companies", {"properties": other}, ["record_id"])
    fit, _ = warehouse.fit(table)
    one = load(way="afresh", table=table)
    one.row({"record_id": "r1", "name": 7})
    one.complete()

    assert "unfit" == fit
    assert [("r1", 7.0)] == names(warehouse)


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


def test_another_workspace_never_lands_in_the_same_file(warehouse: Warehouse) -> None:
    """A file belongs to the workspace it was made with."""
    warehouse.claim("w1", "Acme")
    warehouse.claim("w1", "Acme")

    with pytest.raises(Exception, match="holds the workspace 'Acme', and this token opens 'Globex'"):
        warehouse.claim("w2", "Globex")


def test_a_table_of_the_users_own_is_not_touched(warehouse: Warehouse) -> None:
    """A table that no pull has made keeps its columns and rows, even when a stream has its name."""
    warehouse.connection.execute("CREATE TABLE companies AS SELECT 42 AS mine")

    with pytest.raises(WrongUsage, match="a table 'companies' that is not from Attio"):
        warehouse.fit(COMPANIES)

    assert [(42,)] == warehouse.connection.execute("FROM companies").fetchall()


def test_no_name_of_a_column_collides_with_the_loaders_own(warehouse: Warehouse, tmp_path: Path) -> None:
    """Reserved words, single letters and the loader's own names are columns and tables like any other."""
    words = duckdb.sql("SELECT keyword_name FROM duckdb_keywords()").fetchall()
    letters = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
    own = ["_attio_line", "_incoming", "_before", "_kept", "_shape", "t_", "i_"]
    columns = dict.fromkeys([*(str(word) for (word,) in words), *letters, *own])
    schema: JsonObject = {
        "properties": {
            "record_id": {"type": "string"},
            **{name: {"type": "object", "properties": {"t": {"type": "string"}}} for name in columns},
            "_deleted": {"type": "boolean"},
        }
    }
    for stream in ("t", "_incoming", "select", "_shape", "_before"):
        for way in ("merge", "merge", "replace"):
            _, table = warehouse.fit(Table.of(stream, schema, ["record_id"]))
            one = Load(warehouse, table, spool=tmp_path / "spool", way=way)  # type: ignore[arg-type]  # one of three
            one.row({"record_id": "r1", **{name: {"t": name} for name in columns}})
            one.row({"record_id": "r2", "_deleted": True})
            one.complete()

        row = warehouse.connection.execute(compose("SELECT * FROM {stream}", stream=stream)).fetchone()
        assert row is not None
        assert [{"t": name} for name in columns] == list(row[1:])


@pytest.mark.parametrize("way", ["merge", "replace", "afresh"])
def test_columns_of_the_user_keep_what_they_hold(warehouse: Warehouse, tmp_path: Path, way: str) -> None:
    """A column that the user added stays, with its values, also in rows that are written anew."""
    load_all(warehouse, tmp_path, COMPANIES, "merge", [company(1), company(2)])
    warehouse.connection.execute("ALTER TABLE companies ADD COLUMN score INTEGER")
    warehouse.connection.execute("UPDATE companies SET score = 7 WHERE record_id = 'r1'")
    load_all(warehouse, tmp_path, COMPANIES, way, [company(1, "Bea"), company(2), company(3)])

    found = warehouse.connection.execute("SELECT record_id, name, score FROM companies ORDER BY 1").fetchall()
    assert [("r1", "Bea", 7), ("r2", "Ada", None), ("r3", "Ada", None)] == found


def test_an_attribute_that_is_gone_takes_only_its_own_column(warehouse: Warehouse, tmp_path: Path) -> None:
    """What pulls made goes with its attribute, what the user made stays."""
    load_all(warehouse, tmp_path, COMPANIES, "merge", [company(1)])
    warehouse.connection.execute("ALTER TABLE companies ADD COLUMN score INTEGER")
    narrow: JsonObject = {
        "properties": {name: kind for name, kind in SCHEMA["properties"].items() if name != "domains"}  # type: ignore[union-attr]  # an object
    }
    warehouse.fit(Table.of("companies", narrow, ["record_id"]))

    assert ["record_id", "name", "_changed_at", "score"] == list(warehouse.shape("companies") or {})


def test_an_attribute_called_like_a_column_of_the_user_is_refused_by_name(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    """Whose column it is cannot be guessed: the user renames it."""
    load_all(warehouse, tmp_path, COMPANIES, "merge", [company(1)])
    warehouse.connection.execute("ALTER TABLE companies ADD COLUMN score VARCHAR")
    properties: JsonObject = {**SCHEMA["properties"], "score": {"type": "string"}}  # type: ignore[dict-item]  # an object

    with pytest.raises(WrongUsage, match="column 'score' of your own"):
        warehouse.fit(Table.of("companies", {"properties": properties}, ["record_id"]))


def load_all(warehouse: Warehouse, folder: Path, table: Table, way: str, rows: list[JsonObject]) -> None:
    """Bring rows into a table."""
    _, fitted = warehouse.fit(table)
    one = Load(warehouse, fitted, spool=folder / "spool", way=way)  # type: ignore[arg-type]  # one of three
    for row in rows:
        one.row(row)
    one.complete()


def test_what_does_not_fit_in_memory_goes_to_a_folder_beside_the_file(tmp_path: Path) -> None:
    """What a killed pull left in it goes when the file is opened again, and nothing else does."""
    folder = tmp_path / "big.duckdb.tmp"
    folder.mkdir()
    (folder / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"left")
    (folder / "notes.txt").write_text("mine")
    with opened(tmp_path / "big.duckdb") as warehouse:
        assert [folder / "notes.txt"] == list(folder.iterdir())
        warehouse.connection.execute("SET memory_limit = '10MB'")
        warehouse.connection.execute(
            "CREATE TEMP TABLE big AS SELECT range, repeat('x', 50) || range AS text FROM range(400000)"
        )

        assert any(folder.glob("duckdb_temp_*"))
    assert [folder / "notes.txt"] == list(folder.iterdir())
