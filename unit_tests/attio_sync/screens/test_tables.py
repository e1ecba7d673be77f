from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from attio_sync.loading.warehouse import opened
from attio_sync.ui.tables import KNOWS, Tables, tables
from destination_attio.storage.database import open_database
from unit_tests.attio_sync.asgi import room_in, seen
from unit_tests.attio_sync.companies_table import COMPANIES, company, load_all

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.room import Room


@pytest.fixture
def pulled(tmp_path: Path) -> Room:
    """A room whose file has a pulled table of two companies, and a table of the user's own."""
    room = room_in(tmp_path)
    room.warehouse = tmp_path / "crm.duckdb"
    with opened(room.warehouse) as warehouse:
        load_all(warehouse, tmp_path, COMPANIES, "merge", [company(1), company(2)])
        warehouse.connection.execute("CREATE TABLE own AS SELECT 1 AS a")
    return room


def changed(room: Room, *statements: str) -> Room:
    """The room after somebody has changed its file."""
    with open_database(str(room.warehouse)) as inside:
        for one in statements:
            inside.execute(one)
    return room


def test_pulled_tables_are_listed_with_their_figures(pulled: Room) -> None:
    """A table of the user's own is none of them; a pulled table that was dropped is not listed."""
    (view,) = tables(pulled).tables

    assert ("companies", 2, "") == (view.name, view.rows, view.problem)
    assert () == tables(changed(pulled, "DROP TABLE companies")).tables


def test_what_the_next_pull_notices_is_told_by_what_it_remembers(pulled: Room) -> None:
    """Each kind of memory in its own words; without any, all is read anew."""
    found = {}
    for kind in (*KNOWS, "later"):
        (view,) = tables(changed(pulled, "DELETE FROM _attio.state", remembering(kind))).tables
        found[kind] = view.knows

    assert KNOWS | {"later": KNOWS["exact"]} == found


def remembering(kind: str) -> str:
    """A state of companies with this kind of memory."""
    memory = json.dumps({"memory": {"kind": kind}})
    return f"INSERT INTO _attio.state (stream, state) VALUES ('companies', '{memory}')"  # noqa: S608 -- our own words


BROKEN = ("ALTER TABLE companies RENAME TO old", "CREATE VIEW companies AS FROM old", "DROP TABLE old")


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (BROKEN, "Its rows cannot be read"),
        (("INSERT INTO _attio.state (stream, state) VALUES ('companies', '[]')",), "its pulls is damaged"),
    ],
)
def test_a_damaged_table_names_itself_and_hides_no_other(
    pulled: Room, statements: tuple[str, ...], said: str
) -> None:
    """On every page that has it."""
    changed(pulled, *statements)
    for name in ("people", *(f"more_{number}" for number in range(9))):
        named = f"INSERT INTO _attio.tables SELECT * REPLACE ('{name}' AS name) FROM _attio.tables LIMIT 1"  # noqa: S608 -- our own words
        changed(pulled, f"CREATE TABLE {name} AS FROM range(9)", named)
    pages = [seen(pulled, path) for path in ("tables", "tables/companies")]

    assert [200, 200] == [page.status for page in pages]
    assert [True, True] == [said in page.text for page in pages]
    assert 'tables/people">people' in pages[0].text
    assert "✗ damaged" in seen(pulled, "").text


@pytest.mark.parametrize("content", [b"no database", b"[]", b"12345678DUCK"])
def test_a_damaged_file_is_named_on_the_first_screen(pulled: Room, content: bytes) -> None:
    """The other screens are there."""
    assert pulled.warehouse is not None
    pulled.warehouse.write_bytes(content)

    for path in ("", "tables"):
        page = seen(pulled, path)
        assert (200, True) == (page.status, "crm.duckdb" in tables(pulled).problem)
        assert "crm.duckdb" in page.text


def test_a_file_without_what_pulls_note_is_named(pulled: Room) -> None:
    """A file of somebody else may have tables of the same names."""
    found = tables(changed(pulled, "DROP TABLE _attio.pulls"))

    assert (True, True) == (str(pulled.warehouse) in found.problem, "pulls" in found.problem)


def test_a_room_without_a_file_says_how_to_give_one(tmp_path: Path) -> None:
    """A pull is refused with the same words, and a table is not found."""
    room = room_in(tmp_path)

    assert Tables() == tables(room)
    assert [200, 404, 400] == [
        seen(room, path, form).status
        for path, form in (("tables", None), ("tables/companies", None), ("tables/pull", {}))
    ]


def test_a_table_can_be_looked_at_with_a_command(pulled: Room) -> None:
    """Its page has the columns, and the line to type."""
    page = seen(pulled, "tables/companies").text

    assert "LIMIT 20" in page
    assert "VARCHAR[]" in page
    assert 404 == seen(pulled, "tables/own").status
