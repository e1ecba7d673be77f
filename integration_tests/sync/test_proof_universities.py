"""The walk there and back on real input: 10,251 organisations with their domains."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from integration_tests.sync.commands import Said, emulator_process, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[3] / "shared" / "data" / "universities.json"
CHANGED = 100
# A SQL model makes an Attio location of the country and the state; everything else goes as it is.
PREPARE = """
CREATE TABLE universities AS
SELECT name, domains, country AS description, {
  'line_1': NULL, 'line_2': NULL, 'line_3': NULL, 'line_4': NULL, 'locality': NULL,
  'region': "state-province", 'postcode': NULL, 'country_code': alpha_two_code,
  'latitude': NULL, 'longitude': NULL
} AS primary_location
FROM read_json(?, columns = {
  name: 'VARCHAR', domains: 'VARCHAR[]', country: 'VARCHAR', alpha_two_code: 'VARCHAR',
  "state-province": 'VARCHAR'
})
"""
COMPARED = """
SELECT name, domains, description, primary_location.region, primary_location.country_code FROM {table}
ORDER BY domains, name
"""
ROWS = ("--db", "warehouse.duckdb", "--sql", "SELECT * FROM universities", "--object", "companies")
PUSH = ("push", *ROWS, "--match", "domains", "--json", "--requests-per-second", "10000")

pytestmark = [
    pytest.mark.slow(seconds=50, together=True),
    pytest.mark.skipif(not DATA.exists(), reason="the universities data set is not on this machine"),
]

Row = tuple[str, list[str], str, str | None, str]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What happened, in order."""

    first: Said
    second: Said
    second_writes: int
    third: Said
    third_writes: int
    pulled: list[Row]
    pushed: list[Row]


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proof]:
    """Push, push again, change a hundred, push, pull."""
    folder = tmp_path_factory.mktemp("universities")
    with emulator_process() as attio, signed_in(attio.url, attio.token, folder) as sync:
        warehouse(PREPARE, [str(DATA)])
        first = sync(*PUSH)
        attio.clear_calls()
        second = sync(*PUSH)
        second_writes = attio.counts()["write"]
        warehouse(
            "UPDATE universities SET description = description || ' (checked)' WHERE domains[1] IN "
            "(SELECT domains[1] FROM universities GROUP BY ALL HAVING count(*) = 1 ORDER BY 1 LIMIT ?)",
            [CHANGED],
        )
        attio.clear_calls()
        third = sync(*PUSH)
        third_writes = attio.counts()["write"]
        sync.done("pull", "--to", "crm.duckdb", "--stream", "companies")
        yield Proof(
            first=first,
            second=second,
            second_writes=second_writes,
            third=third,
            third_writes=third_writes,
            pulled=table("crm.duckdb", "companies"),
            pushed=table("warehouse.duckdb", "universities"),
        )


def warehouse(statement: str, values: list[Any]) -> None:
    with duckdb.connect("warehouse.duckdb") as connection:
        connection.execute(statement, values)


def table(database: str, name: str) -> list[Row]:
    with duckdb.connect(database, read_only=True) as connection:
        rows: list[Row] = connection.execute(COMPARED.format(table=name)).fetchall()
    return [(name, folded(domains), *more) for name, domains, *more in rows]


def folded(domains: list[str]) -> list[str]:
    """With and without www. it is one domain, and one company has it once."""
    return list(dict.fromkeys(domain.removeprefix("www.") for domain in domains))


def counts(said: Said) -> dict[str, int]:
    found: dict[str, int] = said.json()["counts"]
    return found


def lost(proof: Proof) -> list[Row]:
    """Organisations of the input that the workspace does not hold."""
    held = {json.dumps(row) for row in proof.pulled}
    return [row for row in proof.pushed if json.dumps(row) not in held]


def test_every_organisation_lands_or_is_reported(proof: Proof) -> None:
    """10,248 become companies; three domains are claimed twice, and each of those rows is accounted for."""
    assert 3 == proof.first.code
    assert {"rows": 10251, "create": 10248, "superseded": 2, "rejected": 1} == {
        fate: count for fate, count in counts(proof.first).items() if count
    }


def test_a_domain_that_is_claimed_twice_is_explained(proof: Proof) -> None:
    """Two rows of one domain are one company, the later one; a row that takes a third's domain is refused.

    A domain belongs to one company in Attio. 'khio.no' and 'jazanu.edu.sa' are the only domain of two rows
    each: the same key, so the last row counts. 'marun.edu.tr' is the second domain of two rows with different
    first domains: two keys that claim one value, which nobody but a person can decide.
    """
    refused = proof.first.json()["rejected"]

    assert [(["mu.edu.tr", "marun.edu.tr"], "domains", "uniqueness_conflict")] == [
        (row["key"]["domains"], row["attribute"], row["code"]) for row in refused
    ]
    assert "another key, but claims the same 'domains'" in refused[0]["reason"]
    assert [["jazanu.edu.sa"], ["khio.no"], ["mu.edu.tr", "marun.edu.tr"]] == [row[1] for row in lost(proof)]


def test_the_same_rows_again_cost_no_write(proof: Proof) -> None:
    """What Attio holds already is compared, not sent."""
    assert (0, 0) == (proof.second_writes, proof.second.json()["writes"])
    assert 10248 == counts(proof.second)["unchanged"]


def test_a_hundred_changed_rows_cost_a_hundred_writes(proof: Proof) -> None:
    """One write for each row that changes something."""
    assert (CHANGED, CHANGED) == (proof.third_writes, counts(proof.third)["update"])


def test_the_pulled_table_equals_the_input(proof: Proof) -> None:
    """Name by name, accents, several domains and locations included."""
    assert 10248 == len(proof.pulled)
    assert [] == [row for row in proof.pulled if row not in proof.pushed]
    assert 3 == len(lost(proof))
    assert any(not row[0].isascii() for row in proof.pulled)
    assert 5 == max(len(row[1]) for row in proof.pulled)
