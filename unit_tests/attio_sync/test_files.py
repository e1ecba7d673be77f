"""Files for their owner alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from attio_sync.files import private
from destination_attio.storage.journal import Journal
from unit_tests.destination_attio.samples import RUN

if TYPE_CHECKING:
    from pathlib import Path


def test_what_duckdb_keeps_beside_an_open_journal_is_private(tmp_path: Path) -> None:
    """The journal and its write-ahead log are readable by their owner alone; later files are as ever."""
    place, later = tmp_path / "journal.duckdb", tmp_path / "export.csv"
    before = os.umask(0o022)
    try:
        with private(), Journal.open(place) as journal:
            journal.begin(RUN)
            modes = {one.name: one.stat().st_mode & 0o077 for one in tmp_path.iterdir()}
        later.touch()
    finally:
        os.umask(before)

    assert {"journal.duckdb": 0, "journal.duckdb.wal": 0} == modes
    assert 0o044 == later.stat().st_mode & 0o077
