"""What goes wrong between the destination and Attio, and what becomes of the rows."""

from __future__ import annotations

import json

import pytest

from attio_api.errors import BadToken, Misconfigured, MissingScope, Transient, UnknownObject
from destination_attio.config import DestinationConfig
from destination_attio.session import Session
from destination_attio.storage.journal import Journal
from destination_attio.storage.rejects import read_rejects
from integration_tests.destination.desk import RECORDS, SIX_COMPANIES, Desk, statuses, stream


def test_run_that_ends_badly_counts_what_it_wrote(desk: Desk) -> None:
    """The history of a run that stopped says how many writes it made."""
    desk.attio.fault("status", method="PUT", path=RECORDS, status=403, skip=2)
    with pytest.raises(MissingScope):
        desk.push(SIX_COMPANIES)
    with Journal.open(desk.journal) as journal:
        counts = journal.runs()[0].counts

    assert len(desk.values("companies", "name")) == counts.create


def test_too_many_requests_are_waited_out(desk: Desk) -> None:
    """After a 429 the same write is sent again, and counted once."""
    desk.attio.clock(mode="real")
    desk.attio.fault("status", path=f"{RECORDS}*", status=429, retry_after_seconds=0, count=3)
    report = desk.push(SIX_COMPANIES)

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
        desk.push(SIX_COMPANIES)
    held = len(desk.values("companies", "name"))
    desk.attio.clear_faults()

    assert held == statuses(desk).count("written")
    assert {"written", "not_applied"} == set(statuses(desk))
    assert 6 == desk.push(SIX_COMPANIES).counts.rows


def test_dead_token_and_unknown_object(desk: Desk) -> None:
    """A dead token and an object that does not exist are one clear sentence each."""
    with pytest.raises(BadToken), desk.session(credentials={"access_token": "dead"}) as session:
        session.push(stream("companies"), SIX_COMPANIES)
    with pytest.raises(UnknownObject, match="no object 'compamies'"):
        desk.push(SIX_COMPANIES, "compamies")


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
    desk.push(SIX_COMPANIES[:2])
    desk.attio.fault("status", method="PATCH", path=f"{RECORDS}/*", status=404, code="not_found", count=2)
    changed = [{**row, "name": "New"} for row in SIX_COMPANIES[:2]]
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


def test_transient_trouble_is_transient(desk: Desk) -> None:
    """A host that does not answer is trouble that another try may mend."""
    with pytest.raises(Transient), desk.session(api_url="http://127.0.0.1:9") as session:
        session.push(stream("companies"), SIX_COMPANIES)
