"""Workbooks: what nobody sees in a sheet is told wherever its plan is, and no formula counts as blank."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from integration_tests.room.rooms import plan_of, served
from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

HIDDEN = "Line 3 of people.xlsx hidden"
LOST = "Cells of people.xlsx with a formula without a result: B3, B4."
PUSH = ("--from", "people.xlsx", "--object", "people")
MARA, JORDAN, DANA = (f"{one}@northmill.example.com" for one in ("mara", "jordan", "dana"))


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in, in a folder with a workbook; a library wrote it, so its formulas are bare."""
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        with xlsxwriter.Workbook("people.xlsx") as book:
            sheet = book.add_worksheet("People")
            for at, record in enumerate(
                [["Email addresses", "Job title", "Name"], [MARA, "CTO", "Mara Quist"], [JORDAN], [DANA]]
            ):
                sheet.write_row(at, 0, record)
            sheet.write_formula("B3", '="C"&"EO"', value="")
            sheet.write_formula("B4", "=1+1")
            sheet.set_row(2, options={"hidden": True})
        yield commands


def held(attio: RemoteEmulator) -> dict[str, Any]:
    """The job title of each person."""
    return {
        one["values"]["email_addresses"][0]["email_address"]: [
            title["value"] for title in one["values"]["job_title"]
        ]
        for one in attio.records("people")
    }


def test_how_a_file_was_read_is_told_wherever_its_plan_is(sync: Commands) -> None:
    """On the terminal, in the JSON of plan and push, in the saved plan, on its page, and when applied."""
    planned = sync("plan", *PUSH, "--out", "plan.json", "--html", "plan.html", "--json")
    applied = sync("push", "--plan", "plan.json", "--json")
    direct = sync("push", *PUSH, "--json")

    for said in (planned, applied, direct):
        assert 3 == said.code, said.err
        assert HIDDEN in said.err.replace("\n", " ")
        assert [HIDDEN, LOST] == [
            one[: len(HIDDEN if "hidden" in one else LOST)] for one in said.json()["remarks"]
        ]
    assert planned.json()["remarks"] == json.loads(Path("plan.json").read_text())["remarks"]
    assert HIDDEN in Path("plan.html").read_text()


def test_the_room_tells_it_beside_the_columns_and_beside_the_plan(sync: Commands) -> None:
    """Whoever decides there sees no terminal; columns left out are in its plan as well."""
    with xlsxwriter.Workbook("firms.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Domains", "Shoe size"])
        sheet.write_row(1, 0, ["Northmill", "northmill.example.com", 42])
        sheet.set_row(1, options={"hidden": True})
    with served() as room:
        begun = room.post("import", {"file": "firms.xlsx", "target": "companies"})
        columns = room.get(f"import/{begun.headers['location'].rpartition('/')[2]}")
        plan = plan_of(room, "firms.xlsx")
        shown, page = room.get(f"plans/{plan}"), room.get(f"plans/{plan}/page")

    assert all("firms.xlsx hidden, by a filter" in one.text for one in (columns, shown, page))
    assert "Shoe size" in page.text


def test_a_formula_without_a_result_rejects_its_row_as_any_bad_cell_does(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """Nothing is written in its place, and least of all the formula."""
    said = sync("push", *PUSH, "--json").json()

    assert {MARA: ["CTO"]} == held(attio)
    assert [(2, "Job title"), (3, "Job title")] == [
        (one["row_number"], one["column"]) for one in said["rejected"]
    ]
    assert all("a formula without a result" in one["reason"] for one in said["rejected"])


def test_the_policy_for_bad_cells_holds_for_it(attio: RemoteEmulator, sync: Commands) -> None:
    """The cell is left out and listed with its row and column; the row's other cells are written."""
    said = sync.done("push", *PUSH, "--on-invalid", "skip_field", "--json").json()

    assert {MARA: ["CTO"], JORDAN: [], DANA: []} == held(attio)
    assert [(2, "Job title", None), (3, "Job title", None)] == [
        (one["row_number"], one["column"], one["value"]) for one in said["skipped"]
    ]
