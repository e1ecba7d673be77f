"""The table of refused rows that users read."""

from pathlib import Path
from string import Formatter

from attio_api import refusals
from destination_attio.rows import rejections
from unit_tests.test_refusals import catalogue, told

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "destination-rejects.md"
ROWS = [one for module in (refusals, rejections) for one in catalogue(module).values() if one.ends == "row"]


def shown(text: str) -> str:
    """A sentence of the catalogue as the page prints it: facts are dots."""
    parts = (f"{said}{'…' if name else ''}" for said, name, _, _ in Formatter().parse(text))
    return "".join(parts).replace("'…'", "…").replace("|", "\\|")


def lines() -> list[str]:
    """The catalogue as the lines of a table."""
    return [
        f"| `{told(one).code}` | {shown(one.sentence)} | {shown(one.remedy or told(one).remedy or '')} |"
        for one in sorted(ROWS, key=lambda one: (str(told(one).code), one.sentence))
    ]


def test_the_page_lists_the_catalogue() -> None:
    """The last table of docs/destination-rejects.md has the lines that the catalogue makes, word for word."""
    table = (
        PAGE.read_text(encoding="utf-8")
        .rpartition("| code | reason | remedy |\n|---|---|---|\n")[2]
        .splitlines()
    )
    page, catalogue_ = set(table), set(lines())

    assert [] == sorted(catalogue_ - page), "these lines are missing on the page"
    assert [] == sorted(page - catalogue_), "these lines of the page are not in the catalogue"
    assert lines() == table, "the lines stand in the order of code and reason"
