"""Runs that end early: killed, stopped, without an output, a disk or a journal."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from destination_attio.model.plan import Change
from destination_attio.storage.journal import Journal, JournalError
from destination_attio.storage.rejects import RejectsFile, StorageError
from integration_tests.destination.desk import RECORDS, SIX_COMPANIES, Desk, statuses, stream
from integration_tests.waiting import until


def test_database_that_is_no_journal_is_left_alone(desk: Desk) -> None:
    """A healthy database without our tables is named as what it is."""
    path = desk.folder / "warehouse.duckdb"
    duckdb.connect(str(path)).execute("CREATE TABLE mine (a INT)").close()
    for read_only in (True, False):
        with pytest.raises(JournalError, match="other tables, and no journal"):
            Journal.open(path, read_only=read_only)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, the disk that is always full")
def test_full_disk_under_the_rejects_stops_the_run(desk: Desk) -> None:
    """When rejected rows cannot be kept the run stops with one sentence."""
    with (
        pytest.raises(StorageError, match="cannot be written to /dev/full"),
        desk.session(rejects={"path": "/dev/full"}) as session,
    ):
        session.push(stream("companies"), [{"name": "no key"}])


def test_journal_that_cannot_be_written_stops_before_any_write(desk: Desk) -> None:
    """No write is made that the journal cannot remember."""
    with pytest.raises(JournalError):
        desk.session(journal={"path": "/dev/null/journal.duckdb"})
    with desk.session() as session:
        assert session.journal is not None
        session.journal.close()
        with pytest.raises(JournalError):
            session.push(stream("companies"), SIX_COMPANIES)

    assert 0 == desk.writes()


def test_journal_in_use_is_said_plainly(desk: Desk) -> None:
    """A second program on the same journal is told so."""
    with Journal.open(desk.journal):
        code = "import sys; from destination_attio.storage.journal import Journal; Journal.open(sys.argv[1])"
        done = subprocess.run(
            [sys.executable, "-c", code, desk.journal], capture_output=True, text=True, check=False
        )

    assert "is in use by another program" in done.stderr


@pytest.mark.parametrize("after", [1, 17, 60])
def test_killed_anywhere_and_run_again(desk: Desk, after: int) -> None:
    """Killed at any write and run again: the same end state, no duplicates, and a journal of every write."""
    rows = [{"domains": f"k{n}.example.com", "name": f"K {n}"} for n in range(120)]
    command = written(desk, rows)
    desk.attio.fault("hold", method="PUT", path=RECORDS, skip=after)
    with (desk.folder / "in.jsonl").open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL)
    assert until(desk.attio.held)
    process.send_signal(signal.SIGKILL)
    process.wait()
    desk.attio.clear_faults()
    assert until(lambda: not desk.attio.held())
    with (desk.folder / "in.jsonl").open("rb") as source:
        subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, check=True)
    with Journal.open(desk.journal) as journal:
        noted = [one for run in journal.runs() for one in journal.changes(run.run_id)]
    made = {one.change.record_id for one in noted if one.status == "written"}

    assert 120 == len(desk.snapshot("companies"))
    assert set(desk.snapshot("companies")) == made
    assert {"written", "not_applied"} >= {one.status for one in noted}


def test_asked_to_stop_midway(desk: Desk) -> None:
    """After SIGTERM the writes in flight end, journal and run say so, and the next run goes on from there."""
    rows = [{"domains": f"t{n}.example.com", "name": f"T {n}"} for n in range(120)]
    command = written(desk, rows)
    desk.attio.fault("hold", method="PUT", path=RECORDS, skip=10)
    with (desk.folder / "in.jsonl").open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE)
    assert until(desk.attio.held)
    process.send_signal(signal.SIGTERM)
    desk.attio.clear_faults()
    said, _ = process.communicate()
    with Journal.open(desk.journal) as journal:
        run = journal.runs()[0]
    made = desk.snapshot("companies")

    assert (143, "stopped", len(made)) == (process.returncode, run.status, run.counts.create)
    assert {"written", "not_applied"} >= set(statuses(desk))
    assert b"The run was stopped from outside" in said
    assert len(made) < 120
    assert 0o600 == Path(desk.journal).stat().st_mode & 0o777


def test_nobody_reads_the_output(desk: Desk) -> None:
    """When stdout is closed the run ends with a sentence, not a traceback, and the journal is complete."""
    command = written(desk, SIX_COMPANIES)
    with (desk.folder / "in.jsonl").open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        said = process.stderr.read()

    assert (1, "written") == (process.wait(), *set(statuses(desk)))
    assert b"Nobody reads the output any more" in said
    assert b"Traceback" not in said


def test_full_disk_leaves_no_half_line_in_the_rejects(desk: Desk) -> None:
    """What does not fit whole is cut off again, so that the next rejected row begins a line."""
    path = desk.folder / "rejects.jsonl"
    change = Change(kind="rejected", stream="rows", target="companies")
    rejects = RejectsFile(str(path))
    rejects.keep([(change, {"name": "first"})])
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, limits[1]))
    try:
        with pytest.raises(StorageError, match="cannot be written"):
            rejects.keep([(change, {"name": "second"})])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert before == path.read_bytes()


def written(desk: Desk, rows: list[dict[str, Any]]) -> list[str]:
    """Files for `destination-attio write`, and its command."""
    streams = [{"stream": "rows", "target": "companies", "match": ["domains"]}]
    described = {"name": "rows", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    catalog = {
        "streams": [
            {"stream": described, "sync_mode": "full_refresh", "destination_sync_mode": "append_dedup"}
        ]
    }
    (desk.folder / "config.json").write_text(json.dumps(desk.config(streams=streams)))
    (desk.folder / "catalog.json").write_text(json.dumps(catalog))
    records = ({"type": "RECORD", "record": {"stream": "rows", "data": row, "emitted_at": 1}} for row in rows)
    (desk.folder / "in.jsonl").write_text("".join(json.dumps(one) + os.linesep for one in records))
    executable = str(Path(sys.executable).parent / "destination-attio")
    files = ["--config", str(desk.folder / "config.json"), "--catalog", str(desk.folder / "catalog.json")]
    return [executable, "write", *files]
