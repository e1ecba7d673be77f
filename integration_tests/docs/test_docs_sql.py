"""The SQL on the pages, run on tables that were really pulled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from attio_emulator.seeds import SEEDS
from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def pulled(attio: RemoteEmulator, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of the demo's workspace."""
    assert "demo" in SEEDS
    attio.seed("demo", companies=5, people=5, deals=5)
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        commands.done("pull", "--to", "crm.duckdb")
    with duckdb.connect(str(tmp_path / "crm.duckdb"), read_only=True) as connection:
        yield connection


def _execute(pulled: duckdb.DuckDBPyConnection, statement: str) -> None:
    try:
        pulled.execute(statement)
    except duckdb.CatalogException as error:
        if "does not exist" not in str(error):
            raise


def test_every_query_on_the_pages_runs(pulled: duckdb.DuckDBPyConnection) -> None:
    """On the DuckDB that is pinned; a query may ask for tables of the reader's own, and for nothing else."""
    run = []
    for page in PAGES:
        for block in FENCE.findall(page.read_text(encoding="utf-8")):
            for statement in filter(str.strip, block.split(";")):
                if "{{" in statement:
                    continue
                _execute(pulled, statement)
                run.append(page.name)

    assert "erd.md" in run
