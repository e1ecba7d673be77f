"""Real organisations and how they hang together: countries they point at, a list of those in Europe."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.destination.desk import Desk

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

DATA = Path(__file__).parents[3] / "shared" / "data" / "universities.json"
EUROPE = {
    "AT",
    "BE",
    "CH",
    "CZ",
    "DE",
    "DK",
    "ES",
    "FI",
    "FR",
    "GR",
    "IE",
    "IT",
    "NL",
    "NO",
    "PL",
    "PT",
    "SE",
}
EVERY = int(os.environ.get("ATTIO_UNIVERSITIES_EVERY", "15"))
"""One row in so many, and all rows of shared domains; 1 takes all 10,251."""
UNDONE = None if EVERY == 1 else 120
"""So many of them are taken away again."""
SHARED = {"khio.no", "jazanu.edu.sa", "marun.edu.tr"}
COMPANY_FIELDS = [
    {"column": "name", "attribute": "name"},
    {"column": "domains", "attribute": "domains"},
    {"column": "alpha_two_code", "attribute": "seat", "reference": "code"},
    {"column": "description", "attribute": "description"},
]
ENTRY_FIELDS = [
    {"column": "domains", "attribute": "parent_record", "reference": "domains"},
    {"column": "state-province", "attribute": "region"},
]

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the universities data set is not on this machine")


class Campus(Desk):
    """A workspace with countries, and a list of European universities."""

    def prepare(self) -> None:
        """Make object, attributes and list."""
        self.custom_object("countries")
        self.attribute("objects/countries", "name", "text")
        link = {"record_reference": {"allowed_objects": ["countries"]}}
        self.attribute("objects/companies", "seat", "record-reference", config=link)
        self.list_of("europe", "companies")
        self.attribute("lists/europe", "region", "text")

    def everything(self, rows: list[dict[str, Any]]) -> list[Any]:
        """Push countries, universities and entries; the three reports."""
        countries = {
            row["alpha_two_code"]: {"code": row["alpha_two_code"], "name": row["country"]} for row in rows
        }
        entries = [{**row, "domains": row["domains"][0]} for row in rows if row["alpha_two_code"] in EUROPE]
        return [
            self.push(countries.values(), "countries", match="code"),
            self.push(rows, "companies", fields=COMPANY_FIELDS),
            self.push(entries, "lists/europe", fields=ENTRY_FIELDS),
        ]

    def state(self) -> list[Any]:
        """Everything that the workspace holds."""
        entries = self.held("lists/europe/entries")
        held = [self.snapshot(slug) for slug in ("countries", "companies")]
        return [*held, {one["parent_record_id"]: one["entry_values"]["region"] for one in entries}]


@pytest.fixture
def campus(attio: RemoteEmulator, tmp_path: Path) -> Campus:
    campus = Campus(attio, tmp_path)
    campus.prepare()
    return campus


def sample() -> list[dict[str, Any]]:
    """Some of the rows, in the order of the file."""
    found = json.loads(DATA.read_text())
    chosen = [row for n, row in enumerate(found) if n % EVERY == 0 or SHARED & set(row["domains"])]
    return [{**row, "description": f"In {row['country']}"} for row in chosen]


def test_universities_countries_and_a_list(campus: Campus) -> None:
    """From nothing to all; again, no write; one in a hundred changed, that many; undone, as before."""
    rows = sample()
    first = campus.everything(rows)
    again = campus.everything(rows)
    before = campus.state()
    changed = [{**row, "description": "changed"} if n % 100 == 0 else row for n, row in enumerate(rows)]
    third = campus.push(changed, "companies", fields=COMPANY_FIELDS)
    undone = campus.revert(third)

    assert len(rows) == first[1].counts.create + 3
    assert (2, 1) == (first[1].counts.superseded, first[1].counts.rejected)
    assert 0 == sum(report.counts.written for report in again)
    assert sum(1 for n in range(len(rows)) if n % 100 == 0) == third.counts.update == undone.counts.update
    assert before == campus.state()


def test_all_of_it_can_be_undone(campus: Campus) -> None:
    """Undone from the last run to the first, nothing is left."""
    reports = campus.everything(sample()[:UNDONE])
    for report in reversed(reports):
        undone = campus.revert(report)

        assert () == undone.conflicts
    assert [{}, {}, {}] == campus.state()
