"""Takes the pictures of the README from a real run: python -m integration_tests.pictures [FOLDER].

An emulated Attio with the demo's workspace, a file that changes some of its companies, and the review room in
Chromium, with the plan of that file. CI runs it, so that what the README shows is what the program does.
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from integration_tests.room.rooms import served
from integration_tests.sync.commands import emulator_process, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
ROWS = 60
USER = "maria"
"""Whom the pictures name as the author, whoever takes them."""
PRODUCT = " Certified to ISO 13485 since 2026."


def main(folder: Path) -> None:
    """Both colour schemes, at the width of a README."""
    with emulator_process() as attio, tempfile.TemporaryDirectory() as home:
        attio.seed("demo", companies=200, people=20, deals=10)
        with signed_in(attio.url, attio.token, Path(home)), served() as room:
            _write(Path("accounts_q4.csv"), attio.records("companies", limit=ROWS))
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1)
                page.goto(room.room.door.entrance)
                _plan(page)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
                    page.screenshot(path=folder / f"room-{scheme}.png")
                browser.close()


def _plan(page: Page) -> None:
    """From the overview to the plan of the file."""
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("accounts_q4.csv").check()
    page.get_by_label("Write records of").select_option("companies")
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Compare with Attio").click()
    page.locator(".sum").wait_for()


def _write(path: Path, records: list[dict[str, Any]]) -> None:
    """A file as somebody in sales keeps it: some rows say what Attio knows, some do not, and two are new."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["Name", "Domain", "Employee range", "Description", "Fax"])
        for number, record in enumerate(records):
            values = record["values"]
            if not values["domains"]:
                continue
            text = values["description"][0]["value"] if values["description"] else ""
            size = values["employee_range"][0]["option"]["title"] if values["employee_range"] else ""
            changed = text + PRODUCT if number % 4 == 0 and text else text
            row = [values["name"][0]["value"], values["domains"][0]["domain"]]
            rows.writerow([*row, "5K-10K" if number % 3 == 0 else size, changed, ""])
        rows.writerow(["Åse & Sønner AS", "ase-sonner.com", "11-50", "Instruments for harbours.", "+47 1"])
        rows.writerow(["Vague Ventures", "vague-ventures.com", "about a dozen", "", ""])


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        sys.exit("The pictures need Chromium: apt-get install chromium")
    return found


if __name__ == "__main__":
    os.environ.pop("COLUMNS", None)
    os.environ["LOGNAME"] = USER
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
