"""Opens the journal of pushes, and refuses files that hold a user's own tables."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from attio_sync.failures import WrongUsage, journal_in_use
from attio_sync.files import need_database, unwritable
from destination_attio.model.plan import ACTIONS, Counts
from destination_attio.storage.database import open_database
from destination_attio.storage.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from destination_attio.storage.journal import Run

_TABLES = {"runs", "changes"}


@contextmanager
def reading(path: Path) -> Iterator[Journal]:
    """An existing journal, for reading."""
    if not path.is_file():
        raise WrongUsage(f"There is no journal {path}: nothing was pushed from here.")
    if not _is_journal(_tables(path)):
        raise WrongUsage(f"{path} holds no journal of pushes.")
    with Journal.open(path, read_only=True) as journal:
        yield journal


def for_writing(path: Path) -> None:
    """Raise before any work where no run can be journaled: other tables, a newer version, no permission."""
    if not path.is_file():
        if why := unwritable(path):
            raise _refused(path, why)
        return
    if (found := _tables(path)) and not _is_journal(found):
        raise WrongUsage(f"{path} holds other tables and no journal; give --journal a file of its own.")
    Journal.open(path, read_only=True).close()
    for place in (path, path.parent):  # DuckDB keeps a file beside the journal
        if not os.access(place, os.W_OK):
            raise _refused(path, f"{place} cannot be written to")


def _refused(path: Path, why: str) -> WrongUsage:
    return WrongUsage(
        f"The journal {path} cannot be written: {why}. Every push and revert writes to its journal: give "
        "another file with --journal FILE, or set XDG_DATA_HOME to a folder that can be written to."
    )


def status(run: Run) -> str:
    """How a run ended; `running` means failed, since no run uses a journal that can be opened."""
    return "failed" if run.status == "running" else run.status


def counts(journal: Journal, run: Run) -> Counts:
    """The counts of a run; those of a killed run come from its journaled changes."""
    if run.counts != Counts():
        return run.counts
    found = journal.statuses(run.run_id)
    return Counts(**{kind: found.get((kind, "written"), 0) for kind in ACTIONS})


def _is_journal(tables: set[str]) -> bool:
    """Whether a database with these tables is a journal, also one of a version that has others."""
    return tables >= _TABLES or "journal_version" in tables


def _tables(path: Path) -> set[str]:
    need_database(path)
    try:
        with open_database(str(path), read_only=True) as connection:
            rows = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    except duckdb.Error as error:
        raise journal_in_use(str(path), error) from error
    return {str(row[0]) for row in rows}
