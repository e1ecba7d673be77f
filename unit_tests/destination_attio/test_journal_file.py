"""A journal whose file is deleted or replaced while a run uses it: the run stops, and the journal is kept."""

from pathlib import Path

import pytest

from destination_attio.model.plan import Counts
from destination_attio.storage.journal import Journal, JournalError
from unit_tests.destination_attio.test_journal_reading import NOW, change, run


def taken_away(path: Path) -> None:
    """Delete the journal as `rm journal.*` does."""
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()


def begun(path: Path) -> Journal:
    """A journal with one write."""
    journal = Journal.open(path)
    journal.begin(run("r1"))
    journal.intend("r1", [(1, change(1))], NOW)
    return journal


def kept(path: Path) -> list[str]:
    """The changes of the run in a journal."""
    with Journal.open(path, read_only=True) as journal:
        return [str(one.change.record_id) for one in journal.changes("r1")]


def test_a_deleted_journal_is_told_and_put_back(tmp_path: Path) -> None:
    """Before the next write, with the file in which everything is afterwards."""
    path = tmp_path / "j.duckdb"
    with begun(path) as journal:
        taken_away(path)
        with pytest.raises(JournalError, match="was deleted or replaced") as caught:
            journal.intend("r1", [(2, change(2))], NOW)

    assert f"kept at {path}." in caught.value.remedy
    assert ["r1"] == kept(path)
    assert 0o600 == path.stat().st_mode & 0o777
    assert [path] == list(tmp_path.iterdir())


def test_a_journal_that_was_replaced_is_kept_beside_the_other(tmp_path: Path) -> None:
    """The file that has the name by now stays as it is."""
    path = tmp_path / "j.duckdb"
    with begun(path) as journal:
        taken_away(path)
        Journal.open(tmp_path / "other.duckdb").close()
        (tmp_path / "other.duckdb").rename(path)
        before = path.read_bytes()
        with pytest.raises(JournalError) as caught:
            journal.begin(run("r2"))
    beside = tmp_path / "j.kept-1.duckdb"

    assert str(beside) in caught.value.remedy
    assert before == path.read_bytes()
    assert ["r1"] == kept(beside)


def test_a_run_whose_journal_went_is_no_success(tmp_path: Path) -> None:
    """Also when its last write was journaled before: nobody would find the journal."""
    path = tmp_path / "j.duckdb"
    with begun(path) as journal:
        taken_away(path)
        with pytest.raises(JournalError, match="was deleted"):
            journal.finish("r1", "done", Counts(create=1), NOW)
    with Journal.open(path, read_only=True) as again:
        assert "done" == again.runs()[0].status


def test_a_folder_that_went_comes_back(tmp_path: Path) -> None:
    """The journal is put back where it was, folders included."""
    path = tmp_path / "a" / "b" / "j.duckdb"
    journal = begun(path)
    taken_away(path)
    path.parent.rmdir()
    journal.close()

    assert ["r1"] == kept(path)
