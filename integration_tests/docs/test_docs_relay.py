"""The pages about the relay name every setting, alert and reason of a gap that there is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from attio_relay.settings import ConfigFile
from attio_relay.store.changes import GapReason

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("relay.md", "relay-targets.md"))


def tables(model: type[BaseModel]) -> list[type[BaseModel]]:
    """This table of the file and those in it."""
    inner = [table for field in model.model_fields.values() for table in models_in(field.annotation)]
    return [model, *(found for table in inner for found in tables(table))]


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


@pytest.mark.parametrize("table", tables(ConfigFile)[1:], ids=lambda table: table.__name__)
def test_every_setting_of_the_relay_is_on_the_page(table: type[BaseModel]) -> None:
    """Each member of each table stands in code type on the page."""
    # `keys` comes from the environment alone; the file may not hold it.
    missing = [name for name in table.model_fields if name != "keys" and f"`{name}`" not in PAGE]

    assert [] == missing


def first_cells(page: str, heading: str) -> list[str]:
    """The words in code type that begin the rows of a table."""
    table = (DOCS / page).read_text(encoding="utf-8").split(heading)[1].split("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def names_of_alerts() -> Iterator[str]:
    """The names that the modules of `alerting` give to a condition or an alert: beside its subject."""
    for path in (ROOT / "attio_relay/alerting").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            given = {one.arg: one.value for one in node.keywords} if isinstance(node, ast.Call) else {}
            if "subject" in given and isinstance(given["name"], ast.Constant):
                yield str(given["name"].value)


def test_every_alert_is_on_the_page_once() -> None:
    """The table of alerts has each kind that the relay reports, and no other."""
    told = first_cells("relay.md", "| `alert` | when |")

    assert len(told) == len(set(told))
    assert set(told) == set(names_of_alerts())


def test_every_reason_of_a_gap_is_on_the_page_once() -> None:
    """The table of gaps has each reason that the feed gives, and no other."""
    assert sorted(GapReason) == sorted(first_cells("relay-feed.md", "| `gap.reason` | what happened |"))
