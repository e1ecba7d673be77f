"""A folder to work in, an empty warehouse, and loads into its table of companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.loading.loader import Load
from attio_sync.loading.warehouse import opened
from unit_tests.attio_sync.companies_table import COMPANIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from attio_sync.loading.tables import Table
    from attio_sync.loading.warehouse import Warehouse


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of these tests are named without a path, as a user would."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with opened(tmp_path / "crm.duckdb") as one:
        yield one


@pytest.fixture
def load(warehouse: Warehouse, tmp_path: Path) -> Callable[..., Load]:
    def start(*, way: str = "merge", commit_every: int = 50_000, table: Table = COMPANIES) -> Load:
        warehouse.fit(table)
        return Load(warehouse, table, spool=tmp_path / "spool", way=way, commit_every=commit_every)

    return start
