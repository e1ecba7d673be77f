"""No database prints among the program's own output."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from destination_attio.storage.database import open_database

_SETTING = "SELECT current_setting('enable_progress_bar')"
PACKAGES = ("attio_sync", "destination_attio")


@pytest.mark.parametrize("is_read_again", [False, True])
def test_a_long_query_draws_no_bar(tmp_path: Path, is_read_again: bool) -> None:
    """Neither on the connection nor on one that was made from it, which fetches what is iterated over."""
    path = str(tmp_path / "some.duckdb")
    open_database(path).close()
    with open_database(path, read_only=is_read_again) as database:
        assert [(False,)] == database.execute(_SETTING).fetchall()
        assert [(False,)] == database.cursor().execute(_SETTING).fetchall()


def test_every_database_is_opened_so() -> None:
    """DuckDB's own way of opening one leaves its bar on."""
    root = Path(__file__).parents[2]
    found = {
        path.relative_to(root).as_posix()
        for package in PACKAGES
        for path in (root / package).rglob("*.py")
        if re.search(r"duckdb\.connect\(", path.read_text(encoding="utf-8"))
    }

    assert {"destination_attio/storage/database.py"} == found
