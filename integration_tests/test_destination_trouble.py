"""What goes wrong between us and Attio, and what becomes of the rows."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from attio_api.errors import BadToken, Misconfigured, MissingScope, Transient, UnknownObject
from destination_attio.config import DestinationConfig
from destination_attio.model.plan import Change
from destination_attio.session import Session
from destination_attio.storage.journal import Journal, JournalError
from destination_attio.storage.rejects import RejectsFile, StorageError, read_rejects
from integration_tests.destination_desk import Desk, stream
from integration_tests.waiting import until

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

ROWS = [{"domains": f"r{n}.example.com", "name": f"Row {n}"} for n in range(6)]
RECORDS = "/v2/objects/companies/records"


@pytest.fixture
def desk(attio: RemoteEmulator, tmp_path: Path) -> Desk:
    return Desk(attio, tmp_path)


def statuses(desk: Desk) -> list[str]:
    """The status of every journalled change."""
    with Journal.open(desk.journal) as journal:
        return [one.status for run in journal.runs() for one in journal.changes(run.run_id)]


@pytest.mark.parametrize("kind", ["lost_answer", "drop", "garbage", "cut"])
def test_lost_and_broken_answers_make_no_duplicates(desk: Desk, kind: str) -> None:
    """An answer that is lost, cut or garbage leads to another try; each row ends as one record."""
    desk.attio.fault(kind, path=f"{RECORDS}*", count=4)
    report = desk.push(ROWS)

    assert (6, 6) == (report.counts.create, len(desk.values("companies", "name")))


def test_lost_answer_to_a_plain_create_is_looked_up(desk: Desk) -> None:
    """Where Attio cannot be asked to find or create, a lost answer is followed by a look."""
    desk.attio.fault("lost_answer", method="POST", path=RECORDS, count=1)
    report = desk.push(ROWS, match="name")

    assert (6, 6) == (report.counts.create, len(desk.values("companies", "name")))


def test_lost_answer_in_create_mode_is_ours(desk: Desk) -> None:
    """A record that was made though its answer was lost is counted, journalled and can be undone."""
    desk.attio.fault("lost_answer", method="POST", path=RECORDS, count=3)
    report = desk.push(ROWS, mode="create")
    noted = statuses(desk)
    desk.revert(report)

    assert (6, 0) == (report.counts.create, report.counts.rejected)
    assert ["written"] * 6 == noted
    assert [] == desk.values("companies", "name")


def test_write_that_a_look_does_not_find_is_no_unknown(desk: Desk) -> None:
    """A create that got no answer and made nothing is made anew; the journal leaves no doubt of the first."""
    desk.attio.fault("drop", method="POST", path=RECORDS, count=1)
    desk.push(ROWS[:2], mode="create")

    assert ["not_applied", "written", "written"] == sorted(statuses(desk))


def test_run_that_ends_badly_counts_what_it_wrote(desk: Desk) -> None:
    """The history of a run that stopped says how many writes it made."""
    desk.attio.fault("status", method="PUT", path=RECORDS, status=403, skip=2)
    with pytest.raises(MissingScope):
        desk.push(ROWS)
    with Journal.open(desk.journal) as journal:
        counts = journal.runs()[0].counts

    assert len(desk.values("companies", "name")) == counts.create


def test_database_that_is_no_journal_is_left_alone(desk: Desk) -> None:
    """A healthy database without our tables is named as what it is."""
    path = desk.folder / "warehouse.duckdb"
    duckdb.connect(str(path)).execute("CREATE TABLE mine (a INT)").close()
    for read_only in (True, False):
        with pytest.raises(JournalError, match="other tables, and no journal"):
            Journal.open(path, read_only=read_only)


def test_lost_answer_to_a_note_is_looked_up(desk: Desk) -> None:
    """A note whose answer was lost is not written twice."""
    desk.push(ROWS[:1])
    desk.attio.fault("lost_answer", method="POST", path="/v2/notes", count=1)
    fields = [
        {"column": "domains", "attribute": "parent_record", "reference": "domains"},
        {"column": "name", "attribute": "title"},
        {"constant": "Hello", "attribute": "content"},
    ]
    report = desk.push(ROWS[:1], "notes", fields=fields)

    assert (1, 1) == (report.counts.create, len(desk.attio.api("GET", "/v2/notes")["data"]))


def test_too_many_requests_are_waited_out(desk: Desk) -> None:
    """After a 429 the same write is sent again, and counted once."""
    desk.attio.clock(mode="real")
    desk.attio.fault("status", path=f"{RECORDS}*", status=429, retry_after_seconds=0, count=3)
    report = desk.push(ROWS)

    assert 6 == report.counts.create


def test_refusals_that_never_end_lose_and_double_nothing(desk: Desk) -> None:
    """With every third write answered 429 for the whole push, each row ends as one record, written once."""
    rows = [{"domains": f"s{n}.example.com", "name": f"Storm {n}"} for n in range(90)]
    desk.attio.fault("status", method="PUT", path=RECORDS, status=429, retry_after_seconds=0, every=3)
    report = desk.push(rows)
    answers = [call["status"] for call in desk.attio.calls() if call["kind"] == "write"]

    assert sorted([row["name"]] for row in rows) == desk.values("companies", "name")
    assert (90, 0) == (report.counts.create, report.counts.rejected)
    assert ["written"] * 90 == statuses(desk)
    assert (90, 45) == (answers.count(200), answers.count(429))


def test_refused_writes_return_at_attios_pace(desk: Desk) -> None:
    """With Attio's limits on, writes that were refused come back within them: none is refused again."""
    rows = [{"domains": f"s{n}.example.com", "name": f"Storm {n}"} for n in range(60)]
    desk.attio.clock(mode="real")
    desk.attio.limits(enabled=True)
    fault = {"path": RECORDS, "status": 429, "retry_after_seconds": 0}
    desk.attio.fault("status", method="PUT", every=3, count=4, **fault)
    config = DestinationConfig.parse(desk.config(requests_per_second=None))
    with Session.open(config) as session:
        report = session.push(stream("companies"), rows)
    answers = [call["status"] for call in desk.attio.calls() if call["kind"] == "write"]

    assert sorted([row["name"]] for row in rows) == desk.values("companies", "name")
    assert (60, 60, 4) == (report.counts.create, answers.count(200), answers.count(429))


def test_trouble_that_lasts_stops_the_run_with_a_complete_journal(desk: Desk) -> None:
    """When Attio stays broken the run fails, and the journal says of every write whether it happened."""
    desk.attio.fault("status", method="PUT", path=f"{RECORDS}*", status=403, skip=3)
    with pytest.raises(MissingScope):
        desk.push(ROWS)
    held = len(desk.values("companies", "name"))
    desk.attio.clear_faults()

    assert held == statuses(desk).count("written")
    assert {"written", "not_applied"} == set(statuses(desk))
    assert 6 == desk.push(ROWS).counts.rows


def test_dead_token_and_unknown_object(desk: Desk) -> None:
    """A dead token and an object that does not exist are one clear sentence each."""
    with pytest.raises(BadToken), desk.session(credentials={"access_token": "dead"}) as session:
        session.push(stream("companies"), ROWS)
    with pytest.raises(UnknownObject, match="no object 'compamies'"):
        desk.push(ROWS, "compamies")


def test_attribute_archived_while_the_sync_runs(desk: Desk) -> None:
    """An attribute that vanishes stops the run and is named; rows before it are written."""
    desk.custom_object("cases")
    desk.attribute("objects/cases", "topic", "text")
    fields = [{"column": "code", "attribute": "code"}, {"column": "topic", "attribute": "topic"}]
    with desk.session() as session:
        binding = session.bind(stream("cases", fields=fields))
        body = {"data": {"is_archived": True}}
        desk.attio.api("PATCH", "/v2/objects/cases/attributes/topic", body)
        stream_push = session.stream_push(binding)
        with pytest.raises(Misconfigured, match="'topic' of 'cases' was archived"):
            stream_push.push([(1, {"code": "1", "topic": "x"})])


def test_record_deleted_between_reading_and_writing(desk: Desk) -> None:
    """A record that seems to vanish under our hands is looked for, and written."""
    desk.push(ROWS[:2])
    desk.attio.fault("status", method="PATCH", path=f"{RECORDS}/*", status=404, code="not_found", count=2)
    changed = [{**row, "name": "New"} for row in ROWS[:2]]
    report = desk.push(changed)

    assert (2, 0) == (report.counts.update, report.counts.rejected)
    assert [["New"], ["New"]] == desk.values("companies", "name")


def test_value_that_another_record_has_is_refused(desk: Desk) -> None:
    """A unique value that a record outside the input holds is Attio's refusal, with its code and a remedy."""
    desk.custom_object("cases")
    desk.attribute("objects/cases", "ticket", "text", is_unique=True)
    desk.attio.create_record("cases", {"code": "1", "ticket": "T"})
    report = desk.push([{"code": "2", "ticket": "T"}, {"code": "3", "ticket": "U"}], "cases", match="code")

    assert ("uniqueness_conflict", 1) == (report.rejected[0].code, report.counts.create)
    assert report.rejected[0].remedy


def test_rejects_file_holds_everything_to_try_again(desk: Desk) -> None:
    """A rejected row is kept with its stream, attribute, code, remedy and content, in a private file."""
    desk.push([{"domains": "a.example.com", "primary_location": "nowhere"}, {"name": "no key"}])
    path = desk.folder / "rejects.jsonl"
    first, second = (json.loads(line) for line in path.read_text().splitlines())

    assert ("rows", "primary_location", "text of 7 characters") == (
        first["stream"],
        first["attribute"],
        first["value"],
    )
    assert "domains" == second["attribute"]
    assert 0o600 == path.stat().st_mode & 0o777
    assert [
        ("rows", {"domains": "a.example.com", "primary_location": "nowhere"}),
        ("rows", {"name": "no key"}),
    ] == list(read_rejects(path))


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
            session.push(stream("companies"), ROWS)

    assert 0 == desk.writes()


def test_journal_in_use_is_said_plainly(desk: Desk) -> None:
    """A second program on the same journal is told so."""
    with Journal.open(desk.journal):
        code = "import sys; from destination_attio.storage.journal import Journal; Journal.open(sys.argv[1])"
        done = subprocess.run(
            [sys.executable, "-c", code, desk.journal], capture_output=True, text=True, check=False
        )

    assert "is in use by another program" in done.stderr


def test_transient_trouble_is_transient(desk: Desk) -> None:
    """A host that does not answer is trouble that another try may mend."""
    with pytest.raises(Transient), desk.session(api_url="http://127.0.0.1:9") as session:
        session.push(stream("companies"), ROWS)


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
    command = written(desk, ROWS)
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
