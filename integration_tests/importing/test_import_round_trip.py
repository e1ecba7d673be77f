"""A public list of companies goes in whole, changes nothing again, and comes back from a spreadsheet."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

# The headers of the public list of the S&P 500, over invented rows written as the list writes its own.
LISTED = """Symbol,Security,GICS Sector,GICS Sub-Industry,Headquarters Location,Date added,CIK,Founded
NRM,Northmill,Industrials,Building Products,"Saint Paul, Minnesota",1957-03-04,66740,1902
TLB.B,Tallowbrook,Health Care,Health Care Equipment,"North Chicago, Illinois",2012-12-31,1551152,2013 (1888)
QST,Quist & Sons,Information Technology,Application Software,"Dublin, Ireland",2011-07-06,1467373,1989
OAK,Oaklane,Utilities,Electric Utilities,"Lyon, France",2024-11-25,874761,1998/2011
"""
MAPPING = """
target: companies
match: [symbol]
on_invalid: skip_field
on_unknown_option: create
fields:
  - {column: Symbol, attribute: symbol}
  - {column: Security, attribute: name}
  - {column: GICS Sector, attribute: sector}
  - {column: Headquarters Location, attribute: headquarters}
  - {column: Date added, attribute: date_added}
  - {column: CIK, attribute: cik}
  - {column: Founded, attribute: founded}
"""
ATTRIBUTES = {
    "symbol": "text",
    "sector": "select",
    "headquarters": "text",
    "date_added": "date",
    "cik": "number",
    "founded": "number",
}
PUSH = ("push", "--from", "list.csv", "--map", "map.yaml", "--yes", "--json")


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in to a workspace that has attributes for the list."""
    for slug, kind in ATTRIBUTES.items():
        described = {"title": slug.replace("_", " ").title(), "description": None, "api_slug": slug}
        kept = {"is_required": False, "is_unique": False, "is_multiselect": False, "config": {}}
        attio.api("POST", "/v2/objects/companies/attributes", {"data": {**described, "type": kind, **kept}})
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        Path("list.csv").write_text(LISTED)
        Path("map.yaml").write_text(MAPPING)
        yield commands


def fates(outcome: dict[str, Any]) -> dict[str, int]:
    """How many rows met each fate."""
    return {fate: count for fate, count in outcome["counts"].items() if count and fate != "rows"}


def held(attio: RemoteEmulator, slug: str) -> dict[str, Any]:
    """Symbol to value."""
    found = [record["values"] for record in attio.records("companies")]
    return {one["symbol"][0]["value"]: one[slug][0]["value"] if one[slug] else None for one in found}


def test_a_public_list_goes_in_whole_and_changes_nothing_again(attio: RemoteEmulator, sync: Commands) -> None:
    """Cells that are not numbers are left out and listed; their rows are written, and none a second time."""
    first = sync.done(*PUSH).json()
    again = sync.done(*PUSH).json()

    assert {"create": 4} == fates(first)
    assert [(2, "Founded", "2013 (1888)"), (4, "Founded", "1998/2011")] == [
        (one["row_number"], one["column"], one["value"]) for one in first["skipped"]
    ]
    assert {"NRM": 1902, "TLB.B": None, "QST": 1989, "OAK": None} == held(attio, "founded")
    assert {"column": "GICS Sub-Industry", "reason": "not in the mapping"} in first["left_out"]
    assert ({"unchanged": 4}, 0) == (fates(again), again["writes"])


def test_an_export_that_a_spreadsheet_saved_changes_what_was_edited(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """Semicolons, a byte order mark, days as 31/12/2012: only the edited cell is a change."""
    sync.done(*PUSH)
    sync.done("export", "companies", "--to", "out.csv")
    saved_by_a_spreadsheet(Path("out.csv"), {"Dublin, Ireland": "Cork, Ireland"})
    outcome = sync.done("push", "--from", "out.csv", "--object", "companies", "--yes", "--json").json()

    assert {"update": 1, "unchanged": 3} == fates(outcome)
    assert 1 == outcome["writes"]
    assert "Cork, Ireland" == held(attio, "headquarters")["QST"]
    assert "2011-07-06" == held(attio, "date_added")["QST"]


def saved_by_a_spreadsheet(path: Path, edits: dict[str, str]) -> None:
    """Write the file as a spreadsheet of a European desk does."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([[edits.get(cell, as_shown(cell)) for cell in row] for row in rows])


def as_shown(cell: str) -> str:
    """A day as such a spreadsheet shows it."""
    try:
        return date.fromisoformat(cell).strftime("%d/%m/%Y")
    except ValueError:
        return cell
