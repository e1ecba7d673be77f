"""Pulls of a workspace whose slugs mean something in SQL, and whose titles are odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

OWN = [
    "_attio_line",
    "_deleted",
    "_changed_at",
    "_merged_into",
    "_incoming",
    "_before",
    "_kept",
    "_raw_values",
]
OF_POSTGRES = ["analyse", "system_user", "ctid", "xmin", "tableoid", "oid", "rowid", "_airbyte_raw_id"]
LETTERS = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
OBJECTS = ["a", "i", "t", "select", "user", "main", "1", "order-by"]
TITLES = [" ", "x" * 10_000, """'"`$$""", "a\nb", "\N{ROCKET}", "\N{HEBREW LETTER ALEF}\u202eabc", "{0}%s\\"]
FLAGS = {"is_required": False, "is_unique": False, "is_multiselect": False, "config": {}, "description": None}


def slugs() -> list[str]:
    """Every word that DuckDB knows (with those of Postgres's grammar), and others."""
    words = [str(word) for (word,) in duckdb.sql("SELECT keyword_name FROM duckdb_keywords()").fetchall()]
    return [*dict.fromkeys([*words, *OF_POSTGRES, *LETTERS, *OWN])]


def make_object(attio: RemoteEmulator, slug: str, attributes: list[str]) -> None:
    nouns = {"singular_noun": f"{slug} one", "plural_noun": f"{slug} many"}
    attio.api("POST", "/v2/objects", {"data": {"api_slug": slug, **nouns}})
    for number, each in enumerate(attributes):
        title = TITLES[number] if number < len(TITLES) else each
        form = {"title": title, "api_slug": each, "type": "text", **FLAGS}
        attio.api("POST", f"/v2/objects/{slug}/attributes", {"data": form})


def write(attio: RemoteEmulator, slug: str, values: dict[str, Any]) -> str:
    return str(attio.create_record(slug, values)["id"]["record_id"])


def held(table: str) -> list[dict[str, Any]]:
    """The rows of a table, with those columns that have a value."""
    with duckdb.connect("crm.duckdb", read_only=True) as database:
        found = database.execute(f'SELECT * FROM "{table}" ORDER BY created_at')  # noqa: S608 (a name from above)
        names = [str(each[0]) for each in found.description or ()]
        return [
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in found.fetchall()
        ]


def test_every_word_of_sql_is_a_column_and_a_table(attio: RemoteEmulator, sync: Commands) -> None:
    """New, changed and deleted records arrive, in columns and in tables of such names."""
    words = slugs()
    make_object(attio, "t", words)
    for slug in OBJECTS:
        if slug != "t":
            make_object(attio, slug, ["t", "_attio_line"])
    ids = {slug: [write(attio, slug, {"t": "x", "_attio_line": "y"}) for _ in range(3)] for slug in OBJECTS}
    full = write(attio, "t", {each: each for each in words})
    sync.done("pull", "--to", "crm.duckdb")
    for slug, (changed, deleted, _) in ids.items():
        path = f"/v2/objects/{slug}/records"
        attio.api("PATCH", f"{path}/{changed}", {"data": {"values": {"_attio_line": "z"}}})
        attio.api("DELETE", f"{path}/{deleted}")
        write(attio, slug, {"t": "new"})
    attio.api(
        "PATCH", f"/v2/objects/t/records/{full}", {"data": {"values": {each: f"{each} 2" for each in words}}}
    )
    sync.done("pull", "--to", "crm.duckdb")

    lines = {"_attio_line": ["z", "y", None], "t": ["x", "x", "new"]}
    for slug in OBJECTS:
        rows = [row for row in held(slug) if row["record_id"] != full]
        assert lines == {name: [row.get(name) for row in rows] for name in lines}, slug
    (row,) = [row for row in held("t") if row["record_id"] == full]
    assert {f"{each} 2" for each in words} <= {str(value) for value in row.values()}
