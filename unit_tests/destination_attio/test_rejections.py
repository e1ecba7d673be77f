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


def table() -> str:
    """The catalogue as a table."""
    lines = [
        f"| `{told(one).code}` | {shown(one.sentence)} | {shown(one.remedy or told(one).remedy or '')} |"
        for one in sorted(ROWS, key=lambda one: (str(told(one).code), one.sentence))
    ]
    return "\n".join(["| code | reason | remedy |", "|---|---|---|", *lines])


def test_the_page_lists_the_catalogue() -> None:
    """docs/destination-rejects.md has the table that the catalogue makes, word for word."""
    assert table() in PAGE.read_text()
