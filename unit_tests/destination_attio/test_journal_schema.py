"""The version of a journal: one of a newer version is refused and left as it is."""

from pathlib import Path

import duckdb
import pytest

from destination_attio.storage import journal_schema
from destination_attio.storage.journal import Journal, JournalError

NEWER = journal_schema.VERSION + 1


def told(path: Path) -> int:
    """The version in the file."""
    with duckdb.connect(str(path), read_only=True) as db:
        return journal_schema.version(db)


def numbered(path: Path, number: int) -> None:
    """Make a journal, and give it another version."""
    Journal.open(path).close()
    with duckdb.connect(str(path)) as db:
        db.execute("UPDATE journal_version SET version=?", [number])


def test_a_new_journal_has_this_version(tmp_path: Path) -> None:
    """It is numbered once, however often it is opened."""
    path = tmp_path / "j.duckdb"
    for _ in range(2):
        Journal.open(path).close()
    with duckdb.connect(str(path)) as db:
        assert [(journal_schema.VERSION,)] == db.execute("FROM journal_version").fetchall()


@pytest.mark.parametrize("read_only", [True, False])
def test_a_journal_without_a_number_is_read(tmp_path: Path, *, read_only: bool) -> None:
    """Earlier versions gave none; the first program that writes gives it one."""
    path = tmp_path / "j.duckdb"
    Journal.open(path).close()
    with duckdb.connect(str(path)) as db:
        db.execute("DROP TABLE journal_version")
    with Journal.open(path, read_only=read_only) as journal:
        assert [] == journal.runs()

    assert (0 if read_only else journal_schema.VERSION) == told(path)


def test_an_older_journal_gets_this_version(tmp_path: Path) -> None:
    """Once a program of this version has opened it for writing, its columns are those of this version."""
    path = tmp_path / "j.duckdb"
    numbered(path, journal_schema.VERSION - 1)
    Journal.open(path).close()

    assert journal_schema.VERSION == told(path)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_newer_journal_is_refused(tmp_path: Path, *, read_only: bool) -> None:
    """Both numbers are named, and nothing in the file changes."""
    path = tmp_path / "j.duckdb"
    numbered(path, NEWER)
    before = path.read_bytes()
    with pytest.raises(JournalError, match=f"format is {NEWER}, and this version knows") as caught:
        Journal.open(path, read_only=read_only)

    assert "Update airbyte-attio" in caught.value.remedy
    assert before == path.read_bytes()


def test_a_newer_journal_with_other_tables_is_still_a_journal(tmp_path: Path) -> None:
    """It is not taken for a database of somebody's."""
    path = tmp_path / "j.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute(f"CREATE TABLE journal_version AS SELECT {NEWER} AS version; CREATE TABLE writes (a INT)")
    with pytest.raises(JournalError, match="newer version"):
        Journal.open(path)


def test_a_version_that_is_no_number_is_damage(tmp_path: Path) -> None:
    """Nobody guesses what it means."""
    path = tmp_path / "j.duckdb"
    Journal.open(path).close()
    with duckdb.connect(str(path)) as db:
        db.execute("DROP TABLE journal_version; CREATE TABLE journal_version AS SELECT 'two' AS version")
    with pytest.raises(JournalError, match="damaged"):
        Journal.open(path)
