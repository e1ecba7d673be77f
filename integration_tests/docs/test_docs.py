"""What the pages say, compared with what there is: links, tables, and the form that Airbyte asks for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from attio_api.auth import SCOPES
from attio_emulator.control.plane import CONTROL

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CONNECTORS = {"source-attio": "docs/sources/attio.md", "destination-attio": "docs/destinations/attio.md"}
# The headings of a connector's page, in the order of Airbyte's documentation template.
HEADINGS = (
    "# Attio",
    "## Prerequisites",
    "## Setup guide",
    "## Set up Attio",
    "## Set up the Attio connector in Airbyte",
    "### For Airbyte Cloud:",
    "### For Airbyte Open Source:",
    "## Supported sync modes",
    "## Supported Streams",
    "## IP allow list",
    "## Data type map",
    "## Limitations & Troubleshooting",
    "## Changelog",
)
# How docs/sign-in.md names the uses that are no stream of their own.
USES = {
    "every object (`companies`, `people`, `deals`, custom ones)": "records",
    "every list (`<list>_entries`)": "entries",
    "objects": "write_records",
    "lists": "write_entries",
    "notes": "write_notes",
    "tasks": "write_tasks",
    "creating select options and statuses of objects": "create_options",
    "creating select options and statuses of lists": "create_list_options",
    "webhooks": "relay",
}


def _page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table whose heading row starts so."""
    table = text[text.index(heading) :].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip()[1:-1].split("|")] for row in table]


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def _broken(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or (bool(anchor) and anchor not in _anchors(target))


def _spec(connector: str) -> dict[str, Any]:
    """The specification as it is kept; `test_shipped_texts` holds it against the code."""
    copy = ROOT / connector.replace("-", "_") / "spec.json"
    return dict(json.loads(copy.read_text(encoding="utf-8"))["connectionSpecification"])


@pytest.mark.parametrize("page", PAGES, ids=_page_id)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to another page or heading of this repository leads there."""
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))

    assert [] == [link for link in links if "://" not in link and _broken(page, link)]


def test_every_use_of_attio_has_its_scopes_on_the_page() -> None:
    """The scope tables of the sign-in page are those the code checks tokens against."""
    text = (ROOT / "docs/sign-in.md").read_text(encoding="utf-8")
    rows = [row for heading in ("| stream |", "| target |", "| use |") for row in _rows(text, heading)]
    told = {USES.get(name, name.strip("`")): set(re.findall(r"`([^`]+)`", scopes)) for name, scopes in rows}

    assert {use: set(scopes) for use, scopes in SCOPES.items()} == told


def test_every_call_of_the_emulator_s_control_plane_is_on_the_page() -> None:
    """The table of what steers the emulator names each route that there is, and none that there is not."""
    rows = _rows((ROOT / "docs/emulator.md").read_text(encoding="utf-8"), "| call | does |")
    calls = [re.findall(r"`([^`]+)`", call) for call, _ in rows]
    # `GET`, `POST /x` are two calls of one path; `GET /x`, `POST /y` are calls of two.
    told = {(*each.split(), calls_of[-1].split()[-1])[:2] for calls_of in calls for each in calls_of}

    assert {(route.method, route.path) for route in CONTROL} == told


@pytest.mark.parametrize("page", CONNECTORS.values())
def test_connector_pages_have_the_form_airbyte_asks_for(page: str) -> None:
    """The headings of Airbyte's template are there, in its order."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()

    assert list(HEADINGS) == [line for line in lines if line in HEADINGS]


@pytest.mark.parametrize("connector", CONNECTORS)
def test_every_setting_is_on_the_page(connector: str) -> None:
    """The settings table names what the spec offers, with its default, and nothing else."""
    text = (ROOT / CONNECTORS[connector]).read_text(encoding="utf-8")
    told = {name.strip("`"): default.strip("`") for name, _, default in _rows(text, "| setting |")}
    offered = _spec(connector)["properties"]

    assert {name: str(setting.get("default", "")) for name, setting in offered.items()} == told


def test_every_setting_of_a_stream_is_on_the_page() -> None:
    """So does the table of a destination stream's settings, and that of its merge rules."""
    text = (ROOT / CONNECTORS["destination-attio"]).read_text(encoding="utf-8")
    offered = _spec("destination-attio")["properties"]["streams"]["items"]["properties"]
    rules = offered["fields"]["items"]["properties"]["merge"]["enum"]

    assert set(offered) == {name.strip("`") for name, *_ in _rows(text, "| setting of a stream |")}
    assert set(rules) == {name.strip("`") for name, _ in _rows(text, "| merge |")}


@pytest.mark.parametrize("connector", CONNECTORS)
def test_changelog_of_the_page_names_our_version(connector: str) -> None:
    """The newest version on the page is the newest of CHANGELOG.md."""
    text = (ROOT / CONNECTORS[connector]).read_text(encoding="utf-8")
    newest = re.search(
        r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert newest
    assert newest[1] == _rows(text, "| Version |")[0][0]
