"""A pull or push that is stopped at any moment leaves a truth behind, and the next one goes on from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from attio_sync import config
from integration_tests.sync.commands import Terminal, signed_in
from integration_tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

PROGRAM = str(Path(sys.executable).parent / "attio-sync")
SPOOL = Path("crm.duckdb.incoming")


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in to a workspace with some people and companies."""
    attio.seed("demo", companies=200, people=600, deals=100)
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        yield commands


def ask(query: str, database: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(query).fetchall()


def rows_wait() -> bool:
    return any(path.stat().st_size for path in SPOOL.glob("*.jsonl"))


@pytest.mark.parametrize("moment", [SPOOL.exists, rows_wait])
def test_a_killed_pull_is_made_good_by_the_next(
    attio: RemoteEmulator, sync: Commands, moment: Callable[[], bool]
) -> None:
    """Whatever was there when it died, the next pull ends with the same tables as an undisturbed one."""
    attio.fault("hold", path="/v2/objects/deals/records/query")
    with subprocess.Popen([PROGRAM, "pull", "--to", "crm.duckdb"], env=os.environ) as process:
        came = until(moment)
        process.kill()
    attio.clear_faults()
    sync.done("pull", "--to", "crm.duckdb")
    sync.done("pull", "--to", "undisturbed.duckdb")
    everything = "SELECT * EXCLUDE (_changed_at) FROM {} ORDER BY record_id"

    assert came
    assert process.returncode < 0
    assert not SPOOL.exists()
    for name in ("people", "companies", "deals"):
        query = everything.format(name)
        assert ask(query, "undisturbed.duckdb") == ask(query, "crm.duckdb")


@pytest.fixture
def pushing(attio: RemoteEmulator, sync: Commands) -> Iterator[Terminal]:
    """A push of many companies, of which some are written and some are on their way: Attio holds those."""
    rows = "".join(f"Company {number},c{number}.example-{number}.com\n" for number in range(250))
    Path("many.csv").write_text(f"name,domains\n{rows}")
    attio.fault("hold", method="PUT", path="/v2/objects/companies/records", skip=20)
    terminal = Terminal("push", "--from", "many.csv", "--object", "companies", "--match", "domains", "--yes")
    terminal.reads(" changes")
    assert until(attio.held)
    yield terminal
    attio.clear_faults()
    assert until(lambda: not attio.held())  # else they would be made in the next test's workspace


def test_ctrl_c_says_what_it_leaves_and_the_same_command_goes_on(
    attio: RemoteEmulator, sync: Commands, pushing: Terminal
) -> None:
    """One sentence with the run, a run that is noted as stopped, and no row written twice afterwards."""
    pushing.interrupts()
    attio.clear_faults()
    said = pushing.ends()
    run = sync.done("history", "--json").json()[0]
    again = sync.done("push", "--from", "many.csv", "--json").json()["counts"]
    domains = [one["domain"] for each in attio.records("companies") for one in each["values"]["domains"]]
    ours = [domain for domain in domains if ".example-" in domain]

    assert 130 == said.code
    assert f"Stopped. What was written so far is run {run['run_id']}" in " ".join(said.out.split())
    assert "stopped" == run["status"]
    assert (250, 250) == (len(ours), len(set(ours)))
    assert 250 == again["create"] + again["unchanged"]
    assert run["counts"]["create"] <= again["unchanged"]


def companies_of_ours(attio: RemoteEmulator) -> int:
    """How many Attio has, once it has answered the writes that were on their way."""
    attio.clear_faults()
    last = {"data": {"values": {"domains": ["later.com"]}}}
    attio.api("PUT", "/v2/objects/companies/records?matching_attribute=domains", last)
    domains = [one["domain"] for each in attio.records("companies") for one in each["values"]["domains"]]
    return sum(".example-" in one for one in domains)


def test_history_finds_out_what_a_push_that_was_killed_has_written(
    attio: RemoteEmulator, sync: Commands, pushing: Terminal
) -> None:
    """The first look at the history asks Attio: every announced write was made, or was not."""
    pushing.dies()
    made = companies_of_ours(attio)
    (run,) = sync.done("history", "--json").json()
    changes = sync.done("history", run["run_id"], "--json").json()["changes"]

    assert ("failed", made) == (run["status"], run["counts"]["create"])
    assert {"written", "not_applied"} >= {one["status"] for one in changes}
    assert run["finished_at"]


def test_no_file_of_a_push_that_was_killed_stays_behind(
    attio: RemoteEmulator, sync: Commands, pushing: Terminal
) -> None:
    """Its rejected rows are on their way in a file of another name, which the history removes."""
    pushing.dies()
    (note,) = Path().rglob("*.duckdb.rejects")
    on_their_way = Path(note.read_text())
    on_their_way.write_text("{}\n")
    assert companies_of_ours(attio)
    sync.done("history")

    assert on_their_way.name.endswith(".rejects.jsonl.new")
    assert not on_their_way.exists()
    assert not note.exists()


def test_history_is_shown_also_where_attio_cannot_be_asked(
    sync: Commands, pushing: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the journal knows is shown, and one sentence says what is not known, and why."""
    pushing.dies()
    monkeypatch.delenv("ATTIO_API_TOKEN")
    said = sync.done("history", "--json")

    assert "failed" == said.json()[0]["status"]
    assert "Attio could not be asked about a run that broke off: " in said.err


@pytest.fixture
def unanswered(sync: Commands) -> str:
    """A run that has ended long ago, of whose two creations one was never answered, nor looked up."""
    Path("two.csv").write_text("name,domains\nFirst,first.example-1.com\nSecond,second.example-2.com\n")
    sync.done("push", "--from", "two.csv", "--object", "companies", "--match", "domains", "--yes")
    (run,) = sync.done("history", "--json").json()
    with duckdb.connect(str(config.places().journal)) as db:
        db.execute("UPDATE changes SET status='unknown', record_id=NULL, reason='Perhaps.' WHERE change_no=2")
        db.execute("UPDATE runs SET status='stopped', counts=?", [json.dumps({"create": 1})])
    return str(run["run_id"])


def test_history_finds_out_about_lost_answers_of_a_run_that_ended(sync: Commands, unanswered: str) -> None:
    """The change and the sum of its run are as Attio holds them; the run ended when and how it did."""
    (run,) = sync.done("history", "--json").json()
    changes = sync.done("history", unanswered, "--json").json()["changes"]

    assert ("stopped", 2) == (run["status"], run["counts"]["create"])
    assert ["written", "written"] == [one["status"] for one in changes]
    assert all(one["record_id"] for one in changes)


def test_a_lost_answer_stays_where_attio_cannot_be_asked(
    sync: Commands, unanswered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history is shown, and says that it is not known, and why."""
    monkeypatch.delenv("ATTIO_API_TOKEN")
    said = sync.done("history", unanswered)

    assert "The outcome of 1 more change is unknown" in " ".join(said.out.split())
    assert "companies: Perhaps." in said.out
    assert "Attio could not be asked about an unanswered write: " in said.err


def test_history_tells_the_truth_about_a_push_that_was_killed(
    attio: RemoteEmulator, sync: Commands, pushing: Terminal
) -> None:
    """It is not running any more, and what it wrote is not written again."""
    pushing.dies()
    assert companies_of_ours(attio)
    run = sync.done("history", "--json").json()[0]
    again = sync.done("push", "--from", "many.csv", "--json").json()["counts"]
    settled = sync.done("history", run["run_id"], "--json").json()

    assert "failed" == run["status"]
    assert {"written", "not_applied"} >= {one["status"] for one in settled["changes"]}
    assert settled["counts"]["create"] == again["unchanged"]
    assert 250 == again["create"] + again["unchanged"]
