"""Opens the journal of pushes, and refuses files that hold a user's own tables."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from attio_sync.failures import WrongUsage, journal_in_use
from attio_sync.files import need_database
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
    if not _tables(path) >= _TABLES:
        raise WrongUsage(f"{path} holds no journal of pushes.")
    with Journal.open(path, read_only=True) as journal:
        yield journal


def for_writing(path: Path) -> None:
    """Raise WrongUsage where the file holds a user's own tables."""
    if path.is_file() and (found := _tables(path)) and not found >= _TABLES:
        raise WrongUsage(f"{path} holds other tables and no journal; give --journal a file of its own.")


def status(run: Run) -> str:
    """How a run ended; `running` means failed, since no run uses a journal that can be opened."""
    return "failed" if run.status == "running" else run.status


def counts(journal: Journal, run: Run) -> Counts:
    """The counts of a run; those of a killed run come from its journaled changes."""
    if run.counts != Counts():
        return run.counts
    found = journal.statuses(run.run_id)
    return Counts(**{kind: found.get((kind, "written"), 0) for kind in ACTIONS})


def _tables(path: Path) -> set[str]:
    need_database(path)
    try:
        with open_database(str(path), read_only=True) as connection:
            rows = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    except duckdb.Error as error:
        raise journal_in_use(str(path), error) from error
    return {str(row[0]) for row in rows}
