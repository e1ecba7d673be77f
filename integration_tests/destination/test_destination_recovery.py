"""Runs that were killed: what became of writes without a journaled outcome, and whose the records are."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from destination_attio.storage.journal import JournalError
from integration_tests.destination.office import ROWS, Office
from integration_tests.in_process import Killed


@pytest.fixture
def office() -> Office:
    return Office()


def test_after_a_kill_what_he_adds_to_a_record_is_his(office: Office) -> None:
    """He adds to a record before anybody looks what became of it: it is left, and listed."""

    def heard(moment: str, number: int) -> None:
        if (moment, number) == ("after", 3):
            office.kill()

    office.on_write = heard
    with pytest.raises((Killed, JournalError)):
        office.push(ROWS, "companies", match="domains")
    office.on_write = lambda *_: None
    for one in office.all("companies"):
        path = f"/v2/objects/companies/records/{one}"
        office.theirs("PATCH", path, {"data": {"values": {"description": "His"}}})
    before = set(office.all("companies"))
    with office.session() as session:
        assert session.journal
        undone = session.revert(session.journal.runs()[0].run_id)

    assert 3 == len(before)
    assert before == set(office.all("companies")) == {str(one.record_id) for one in undone.conflicts}


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_has_no_key_stays_unknown_after_a_kill(office: Office, when: str) -> None:
    """Nothing tells whether the record is there, so the history says so, and a revert lists it each time."""

    def heard(moment: str, number: int) -> None:
        if (moment, number) == (when, 3):
            office.kill()

    owner = office.attio.api("GET", "/v2/workspace_members")["data"][0]["email_address"]
    rows: list[Any] = [{"name": f"Deal {n}", "stage": "Lead", "owner": owner} for n in range(6)]
    office.on_write = heard
    with pytest.raises((Killed, JournalError)):
        office.push(rows, "deals", mode="create", match=[])
    office.on_write = lambda *_: None
    for _ in range(2):
        with office.session() as session:
            assert session.journal
            run = session.journal.runs()[-1].run_id
            undone = session.revert(run)
            states = [one.status for one in session.journal.backwards(run)]

        unknown = [one for one in undone.conflicts if "no key" in str(one.reason)]
        assert len(unknown) == states.count("unknown") > 0
        assert "not_applied" not in states


@pytest.mark.parametrize("killed_at", [1, 2, 4])
@pytest.mark.parametrize("when", ["before", "after"])
def test_after_a_kill_his_record_is_not_taken_for_ours(office: Office, when: str, killed_at: int) -> None:
    """He makes what the run had announced, word for word, before anybody looks what became of it."""

    def heard(moment: str, number: int) -> None:
        if (moment, number) == (when, killed_at):
            office.kill()

    office.on_write = heard
    with pytest.raises((Killed, JournalError)):
        office.push(ROWS, "companies", match="domains")
    office.on_write = lambda *_: None
    made = office.company(5, name="Firm 5")
    with office.session() as session:
        assert session.journal
        undone = session.revert(session.journal.runs()[0].run_id)
    left = office.all("companies")
    told = {str(one.record_id) for one in undone.conflicts}

    assert made in left
    assert set(left) - {made} <= told
    assert killed_at == 1 or {made} == set(left) - told | {made}


def test_a_finished_run_counts_what_is_found_out_later(office: Office) -> None:
    """A record that a revert made again, with a lost answer: listed then, found and counted afterwards."""
    rows = [{"code": one, "label": "old"} for one in "ab"]
    office.push(rows, "things", match="code")
    report = office.push([{"code": one} for one in "ab"], "things", match="code", mode="delete")

    def heard(when: str, number: int) -> None:
        if (when, number) == ("after", 2):
            office.on_write = lambda *_: None
            raise requests.ReadTimeout

    office.on_write = heard
    undone = office.revert(report)
    with office.session() as session:
        session.settle_dead_runs()
    with office.open_journal() as journal:
        run = journal.run(undone.run_id)

    assert ("done", 1, 1) == ("done", undone.counts.create, undone.counts.rejected)
    assert ("done", 2, 0) == (run.status, run.counts.create, run.counts.rejected)


def test_stubs_of_a_run_that_broke_off_are_not_counted_as_rows(office: Office) -> None:
    """Its journal has one record more than it wrote rows."""
    config = {"record_reference": {"allowed_objects": ["things"]}}
    office.attribute("objects/things", "parent", "record-reference", config=config)
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "parent", "attribute": "parent", "reference": "code"},
    ]

    def heard(when: str, number: int) -> None:
        if (when, number) == ("after", 2):
            office.kill()

    office.on_write = heard
    rows = [{"code": "a", "parent": "stub"}, {"code": "b"}]
    with pytest.raises((Killed, JournalError)):
        office.push(rows, "things", match="code", fields=fields, on_missing_reference="create_stub")
    office.on_write = lambda *_: None
    with office.session() as session:
        session.settle_dead_runs()
    with office.open_journal() as journal:
        (run,) = journal.runs()
        made = [one.status for one in journal.changes(run.run_id)].count("written")

    assert (2, 1) == (made, run.counts.create)
