from __future__ import annotations

import os
from typing import TYPE_CHECKING

import duckdb
import pytest

from attio_sync import journals
from attio_sync.failures import WrongUsage
from destination_attio.model.plan import Change, Counts
from destination_attio.storage.journal import Journal, Settlement
from unit_tests.destination_attio.samples import RUN

if TYPE_CHECKING:
    from pathlib import Path


def test_somebodys_tables_are_no_place_for_a_journal(tmp_path: Path) -> None:
    """A warehouse is neither written to nor called damaged."""
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE companies (name VARCHAR)")

    with pytest.raises(WrongUsage, match="holds other tables and no journal"):
        journals.for_writing(path)
    with pytest.raises(WrongUsage, match="holds no journal of pushes"), journals.reading(path):
        pass


def test_a_new_file_and_a_journal_are_fine(tmp_path: Path) -> None:
    """A journal can be begun, and gone on with."""
    path = tmp_path / "journal.duckdb"
    journals.for_writing(path)
    Journal.open(path).close()
    journals.for_writing(path)

    with journals.reading(path) as journal:
        assert [] == journal.runs()


def test_a_place_where_no_journal_can_be_made_is_named_with_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that may only be read, or a file where a folder should be: the path, why, and two ways on."""
    file = tmp_path / "file"
    file.touch()
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: place != tmp_path and allowed(place, mode))
    for path, why in (
        (file / "attio-sync" / "journal.duckdb", f"{file} is not a folder"),
        (tmp_path / "new" / "journal.duckdb", f"{tmp_path} cannot be written to"),
    ):
        with pytest.raises(WrongUsage) as refused:
            journals.for_writing(path)
        assert f"The journal {path} cannot be written: {why}. " in str(refused.value)
        assert "--journal FILE, or set XDG_DATA_HOME" in str(refused.value)
    assert [file] == list(tmp_path.iterdir())


def test_a_run_that_was_killed_is_counted_by_its_changes(tmp_path: Path) -> None:
    """It never came to its sum, but each change was noted."""
    change = Change(kind="create", stream="s", target="companies", key={"name": "Acme"})
    with Journal.open(tmp_path / "journal.duckdb") as journal:
        journal.begin(RUN)
        journal.intend("r1", [(0, change), (1, change)], "2026-01-01T00:00:01+00:00")
        journal.settle("r1", [Settlement(change_no=0, status="written", record_id="1")])

        assert Counts(create=1) == journals.counts(journal, RUN)
