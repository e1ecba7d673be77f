from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attio_sync.config import NO_TOKEN
from attio_sync.dead_runs import settle
from destination_attio.model.plan import Change, Counts
from destination_attio.storage.journal import Journal, Settlement
from unit_tests.attio_sync.asgi import signed_out
from unit_tests.destination_attio.samples import RUN

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-11-27T00:00:00+00:00"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.duckdb"


def journaled(path: Path, status: str, *, ends: bool) -> None:
    """A journal of one run with one write of this status."""
    with Journal.open(path) as journal:
        journal.begin(replace(RUN, run_id="a"))
        journal.intend("a", [(0, Change(kind="update", stream="s", target="companies", record_id="r"))], NOW)
        if status != "intended":
            journal.settle("a", [Settlement(change_no=0, status=status)])  # type: ignore[arg-type]  # a word
        if ends:
            journal.finish("a", status="done", counts=Counts(update=1), at=NOW)


def test_a_history_without_doubt_asks_nobody(path: Path) -> None:
    """It is shown at once, also to somebody who is not signed in."""
    journaled(path, "written", ends=True)

    assert "" == settle(path, connected=signed_out)


@pytest.mark.parametrize(
    ("status", "ends", "what"),
    [
        ("intended", False, "a run that broke off"),
        ("written", False, "a run that broke off"),
        ("unknown", True, "an unanswered write"),
    ],
)
def test_what_could_not_be_looked_up_is_a_sentence(path: Path, status: str, what: str, *, ends: bool) -> None:
    """It says about what Attio was to be asked, and why it could not; the journal stays as it is."""
    journaled(path, status, ends=ends)

    assert f"Attio could not be asked about {what}: {NO_TOKEN}" == settle(path, connected=signed_out)
    with Journal.open(path, read_only=True) as journal:
        assert ["done" if ends else "running"] == [run.status for run in journal.runs()]


def test_the_rejected_rows_of_a_killed_push_are_removed(path: Path, tmp_path: Path) -> None:
    """Its file is found by the note beside the journal; a note that names another file removes nothing."""
    journaled(path, "written", ends=True)
    left, other = tmp_path / "rows.rejects.jsonl.new", tmp_path / "rows.csv"
    for one in (left, other):
        one.write_text("row")
        path.with_name(f"{path.name}.rejects").write_text(str(one))
        settle(path, connected=signed_out)

    assert (False, True) == (left.exists(), other.exists())
