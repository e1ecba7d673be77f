"""What the room tells of past runs, also where Attio or the journal cannot be asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from attio_sync import config
from destination_attio.storage.journal import Journal, Settlement
from integration_tests.room.rooms import approved, plan_of, served

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from integration_tests.room.rooms import Served
    from integration_tests.sync.commands import Commands

NOW = "2026-11-27T00:00:00+00:00"


def test_a_dead_token_leaves_the_past_to_look_at(attio: RemoteEmulator, commands: Commands) -> None:
    """The sentence of the command stands on top; nothing can be approved."""
    commands.done("push", "--from", "companies.csv", "--object", "companies", "--match", "domains", "--yes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTIO_API_TOKEN", "dead" * 16)
        with served() as room:
            page = room.get("").text
            runs = room.get("runs").text

    assert "No connection to Attio." in page
    assert "Push to companies" in runs


@pytest.fixture
def unanswered(commands: Commands) -> str:
    """A run that has ended, of which one creation was never answered, nor looked up."""
    commands.done("push", "--from", "companies.csv", "--object", "companies", "--match", "domains", "--yes")
    (run,) = commands.done("history", "--json").json()
    with duckdb.connect(str(config.places().journal)) as db:
        db.execute("UPDATE changes SET status='unknown', record_id=NULL WHERE kind='create' AND change_no=1")
    return str(run["run_id"])


def test_a_lost_answer_is_looked_up_before_the_past_is_shown(commands: Commands, unanswered: str) -> None:
    """The page shows what Attio holds, and the command finds nothing left to ask."""
    with served() as room:
        page = room.get(f"runs/{unanswered}").text
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ATTIO_API_TOKEN")
        said = commands.done("history", unanswered, "--json")

    assert "answer was lost" not in page
    assert {"written"} == {one["status"] for one in said.json()["changes"]}
    assert "" == said.err


def test_a_lost_answer_is_told_where_attio_cannot_be_asked(
    attio: RemoteEmulator, commands: Commands, unanswered: str
) -> None:
    """The past is shown all the same, first without it and, once Attio answers, with it."""
    with pytest.MonkeyPatch.context() as patch, served() as room:
        token = os.environ["ATTIO_API_TOKEN"]
        patch.setenv("ATTIO_API_TOKEN", "dead" * 16)
        before = room.get(f"runs/{unanswered}").text
        listed = room.get("runs").text
        patch.setenv("ATTIO_API_TOKEN", token)
    with served() as later:
        after = later.get(f"runs/{unanswered}").text

    assert "could not be asked" in before
    assert "could not be asked" in listed
    assert "answer was lost" in before
    assert "could not be asked" not in after
    assert "answer was lost" not in after


def test_a_push_of_another_program_is_told_as_such(room: Served) -> None:
    """While somebody else writes the journal, the room says so instead of failing."""
    approved(room, plan_of(room))
    opening = f"c = duckdb.connect({str(room.room.journal)!r}); print('held', flush=True)"
    hold = f"import duckdb, sys; {opening}; sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert "held\n" == other.stdout.readline()
        page = room.get("runs")
        other.communicate("")

    assert (200, True) == (page.status_code, "Another push or revert is writing" in page.text)


def test_rows_without_a_write_are_found_from_the_run(room: Served, commands: Commands) -> None:
    """The journal keeps what was written; the run leads to its plan, which has the rejected rows."""
    Path("mixed.csv").write_text("Name,Domain\nAcme,acme.com\nNo,not a domain\n")
    plan_id = plan_of(room, "mixed.csv")
    page = room.get(f"runs/{approved(room, plan_id)}").text

    assert "1 row without a write is listed in" in page
    assert f"plans/{plan_id}" in page


def test_every_change_of_a_record_can_be_reached(room: Served, commands: Commands) -> None:
    """The page of a record has fifty of them, says how many there are, and leads to the others."""
    run_id = approved(room, plan_of(room))
    with Journal.open(room.room.journal) as journal:
        (first, *_) = journal.page(run_id)
        record = str(first.change.record_id)
        journal.intend(run_id, [(number, first.change) for number in range(100, 170)], NOW)
        journal.settle(run_id, [Settlement(change_no=n, status="written") for n in range(100, 170)])
    pages = [room.get(f"records/{record}{at}").text for at in ("", "?at=50", "?at=999")]

    assert [("1", "50", "71"), ("51", "71", "71"), ("1", "50", "71")] == [
        re.findall(r'class="pages">(\d+)\W(\d+) of (\d+)', page)[0] for page in pages
    ]
    assert [50, 21] == [page.count('<article class="record') for page in pages[:2]]


@pytest.mark.parametrize("path", ["", "runs", "runs/20260101T000000-abcdef", "runs/x/revert", "records/x"])
def test_a_journal_that_cannot_be_read_is_named_on_every_screen_of_the_past(room: Served, path: str) -> None:
    """A run is not called unknown because its journal is held by another program, or is none."""
    room.room.journal.parent.mkdir(parents=True, exist_ok=True)
    room.room.journal.write_text("no database")
    page = room.get(path).text

    assert "no such run" not in page
    assert str(room.room.journal) in page
