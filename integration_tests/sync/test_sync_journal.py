"""A journal that cannot be used, at the commands and in the room: one sentence, and nothing is written."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from attio_sync import config
from attio_sync.failures import Stopped
from attio_sync.ui.plans import Plans
from attio_sync.ui.review import ended
from destination_attio.model.plan import Plan
from destination_attio.storage.journal_schema import VERSION
from integration_tests.room.rooms import served
from integration_tests.sync.commands import Commands, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator

ROW = {"name": "Acme", "domains": "acme.example.com"}
PUSH = ("push", "--from", "rows.json", "--object", "companies", "--match", "domains", "--yes")


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """Commands in a folder with a row, which was pushed."""
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        Path("rows.json").write_text(json.dumps([ROW]))
        commands.done(*PUSH)
        Path("rows.json").write_text(json.dumps([{**ROW, "name": "New"}]))
        yield commands


def run_id(sync: Commands) -> str:
    return str(sync.done("history", "--json").json()[0]["run_id"])


@pytest.mark.parametrize(
    "command",
    [
        PUSH,
        (*PUSH, "--html", "plan.html"),
        ("history",),
        ("history", "RUN"),
        ("history", "--forget-before", "2020-01-01"),
        ("revert", "RUN", "--yes"),
        ("revert", "RUN", "--plan"),
    ],
    ids=" ".join,
)
def test_a_journal_of_a_newer_version_is_refused(
    attio: RemoteEmulator, sync: Commands, command: tuple[str, ...]
) -> None:
    """Every command says so with exit code 2, and leaves the file and Attio as they are."""
    arguments = [run_id(sync) if one == "RUN" else one for one in command]
    path = config.places().journal
    with duckdb.connect(str(path)) as db:
        db.execute("UPDATE journal_version SET version=?", [VERSION + 1])
    before = path.read_bytes()
    said = sync(*arguments)

    assert (2, before) == (said.code, path.read_bytes())
    assert "was written by a newer version of airbyte-attio" in said.err
    assert "Update airbyte-attio" in said.err
    assert ["Acme"] == [one["values"]["name"][0]["value"] for one in attio.records("companies")]
    assert not Path("plan.html").exists()


def test_the_room_refuses_a_journal_of_a_newer_version(sync: Commands) -> None:
    """The screens of past runs say so in place of a list."""
    run = run_id(sync)
    with duckdb.connect(str(config.places().journal)) as db:
        db.execute("UPDATE journal_version SET version=?", [VERSION + 1])
    with served() as room:
        told = [room.get(path).text for path in ("runs", f"runs/{run}")]

    assert all("written by a newer version of airbyte-attio" in one for one in told)


@pytest.mark.parametrize("command", [PUSH, ("history",), ("revert", "RUN", "--yes")], ids=" ".join)
def test_a_journal_in_use_is_worth_another_try(sync: Commands, command: tuple[str, ...]) -> None:
    """Another program has it open: exit code 1, with its number."""
    arguments = [run_id(sync) if one == "RUN" else one for one in command]
    script = (
        "import sys; from destination_attio.storage.journal import Journal; "
        "held = Journal.open(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(config.places().journal)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert "held\n" == other.stdout.readline()
        said = sync(*arguments)
        other.communicate("")

    assert 1 == said.code
    assert f"(process {other.pid})" in said.err


def test_a_journal_that_may_not_be_written_stops_a_push_before_it_compares(
    attio: RemoteEmulator, sync: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is named, and Attio has not been asked for a record."""
    path = config.places().journal
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != path and allowed(place, mode))
    attio.clear_calls()
    said = sync(*PUSH)

    assert 2 == said.code
    assert f"{path} cannot be written to" in said.err
    assert not [one for one in attio.calls() if one["path"].endswith("/query")]


def test_the_commands_that_are_printed_find_runs_of_another_journal(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """They are pasted as they are: the run's changes after a misspelt run, and the revert after a push."""
    told = sync.done(*PUSH, "--journal", "our own.duckdb").out
    (undo,) = re.findall(r"\(undo: attio-sync (.*)\)", told)
    misspelt = sync("revert", "1999", "--journal", "our own.duckdb").err
    (runs,) = re.findall(r"`attio-sync (.*)`", misspelt)

    assert shlex.split(undo)[1] in sync.done(*shlex.split(runs)).out
    (undo_again,) = re.findall(r"\(undo: attio-sync (.*)\)", sync.done(*shlex.split(undo), "--yes").out)
    assert ["Acme"] == [one["values"]["name"][0]["value"] for one in attio.records("companies")]
    sync.done(*shlex.split(undo_again), "--yes")
    assert ["New"] == [one["values"]["name"][0]["value"] for one in attio.records("companies")]


def test_a_push_that_nobody_has_decided_names_the_journal_of_its_room(tmp_path: Path) -> None:
    """The room that is opened again writes into the same journal."""
    plans = Plans(tmp_path / "plans")
    kept = plans.keep(Plan(changes=()), title="x", by=None)
    other = tmp_path / "our own.duckdb"
    for journal, words in ((config.places().journal, []), (other, ["--journal", str(other)])):
        with pytest.raises(Stopped) as stopped:
            ended(kept, journal)
        assert ["attio-sync", "ui", *words] == shlex.split(str(stopped.value).partition("weeks: ")[2])
