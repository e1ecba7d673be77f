from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from attio_sync.failures import WrongUsage
from attio_sync.loading.tables import Table
from attio_sync.loading.warehouse import Loaded, opened
from unit_tests.attio_sync.companies_table import COMPANIES, SCHEMA, company, load_all, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_api.wire import JsonObject
    from attio_sync.loading.loader import Load
    from attio_sync.loading.warehouse import Warehouse


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
