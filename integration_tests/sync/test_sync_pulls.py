"""What pulls bring into a database, and what exports of it are good for, when things go well."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from attio_api.locations import LOCATION_MEMBERS

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

COMPANIES = [
    {"name": "Acmé", "domains": ["acme.example.com", "acme.example.org"]},
    {"name": "Globex", "domains": ["globex.example.com"]},
]


def ask(query: str, database: str = "crm.duckdb") -> list[tuple[Any, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(query).fetchall()


def values(**given: object) -> dict[str, Any]:
    return {"data": {"values": given}}


def test_a_pull_is_typed_and_the_next_one_brings_only_what_changed(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """New, changed and deleted records arrive as such; what is unchanged is not loaded again."""
    first, second = (attio.create_record("companies", one) for one in COMPANIES)
    sync.done("pull", "--to", "crm.duckdb")
    attio.api("PATCH", f"/v2/objects/companies/records/{first['id']['record_id']}", values(name="Acme Ltd"))
    attio.api("DELETE", f"/v2/objects/companies/records/{second['id']['record_id']}")
    attio.create_record("companies", {"name": "Initech", "domains": ["initech.example.com"]})
    outcome = sync.done("pull", "--to", "crm.duckdb", "--json").json()["streams"]["companies"]
    unchanged = sync.done("pull", "--to", "crm.duckdb", "--json").json()["streams"]["companies"]

    assert {"rows_read": 3, "added": 1, "changed": 1, "deleted": 1, "rows_in_table": 2} == outcome
    assert 0 == unchanged["rows_read"]
    held_now = [("Acme Ltd", ["acme.example.com", "acme.example.org"]), ("Initech", ["initech.example.com"])]
    assert held_now == ask("SELECT name, domains FROM companies ORDER BY name")
    assert [("companies", "Globex")] == ask("SELECT stream, last_row ->> 'name' FROM _attio.deleted")


def test_a_new_attribute_is_a_new_column(attio: RemoteEmulator, sync: Commands) -> None:
    """The tables follow the workspace: a column comes with its attribute and goes when that is archived."""
    record = attio.create_record("companies", COMPANIES[0])
    sync.done("pull", "--to", "crm.duckdb", "--stream", "companies")
    attribute = {"title": "Tier", "api_slug": "tier", "type": "number", "description": "", "config": {}}
    attribute |= {"is_required": False, "is_unique": False, "is_multiselect": False}
    attio.api("POST", "/v2/objects/companies/attributes", {"data": attribute})
    attio.api("PATCH", f"/v2/objects/companies/records/{record['id']['record_id']}", values(tier=2))
    sync.done("pull", "--to", "crm.duckdb", "--stream", "companies")
    tiers = ask("SELECT tier, typeof(tier) FROM companies")
    attio.api("PATCH", "/v2/objects/companies/attributes/tier", {"data": {"is_archived": True}})
    sync.done("pull", "--to", "crm.duckdb", "--stream", "companies")

    assert [(2.0, "DOUBLE")] == tiers
    assert [] == ask("SELECT column_name FROM information_schema.columns WHERE column_name = 'tier'")
    assert [("Acmé",)] == ask("SELECT name FROM companies")


@pytest.mark.parametrize("ending", ["csv", "parquet", "json", "jsonl"])
def test_an_export_can_be_pushed_again_without_a_change(
    attio: RemoteEmulator, sync: Commands, ending: str
) -> None:
    """Each format holds all rows, accents and lists included, so that pushing it back writes nothing."""
    for one in COMPANIES:
        attio.create_record("companies", one)
    said = sync.done("export", "companies", "--to", f"out.{ending}")
    again = sync.done("push", "--from", f"out.{ending}", "--object", "companies", "--json").json()

    assert f"out.{ending}: 2 rows of companies." in said.out
    assert (2, 0) == (again["counts"]["unchanged"], again["writes"])


def test_an_export_to_csv_can_be_edited_whatever_its_type(attio: RemoteEmulator, sync: Commands) -> None:
    """A location is JSON text in CSV, and one changed member of it is one change in Attio."""
    place = dict.fromkeys(LOCATION_MEMBERS) | {"locality": "Oslo", "country_code": "NO"}
    attio.create_record("companies", COMPANIES[0] | {"primary_location": place})
    sync.done("export", "companies", "--to", "out.csv")
    path = Path("out.csv")
    path.write_text(path.read_text().replace("Oslo", "Bergen"))
    sync.done("push", "--from", "out.csv", "--object", "companies")

    assert "Bergen" == attio.records("companies")[0]["values"]["primary_location"][0]["locality"]


NO_MORE_THAN_NEEDED = """
import inspect
import sys

def refuse(_):
    raise AssertionError("source code was read")

inspect.getsource = refuse

from attio_sync import cli

ended = cli.run(sys.argv[1:])
assert "airbyte_cdk.sources.declarative" not in sys.modules
sys.exit(ended)
"""


def test_a_pull_imports_no_more_of_the_cdk_than_it_uses(sync: Commands) -> None:
    """No class's source code is read and parsed, and the CDK's framework for low code is not imported."""
    pull = ["pull", "--to", "crm.duckdb", "--stream", "companies"]
    argv = [sys.executable, "-c", NO_MORE_THAN_NEEDED, *pull]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stderr
