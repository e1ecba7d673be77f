"""Runs that were killed: what became of writes without a journaled outcome, and whose the records are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from destination_attio.storage.journal import JournalError
from integration_tests.destination.office import ROWS, Office
from integration_tests.in_process import Killed

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def office() -> Office:
    return Office()


def killed(office: Office, when: str, number: int, push: Callable[[], object]) -> str:
    """Kill the run right before or after a write; returns its id."""

    def heard(moment: str, count: int) -> None:
        if (moment, count) == (when, number):
            office.kill()

    office.on_write = heard
    with pytest.raises((Killed, JournalError)):
        push()
    office.on_write = lambda *_: None
    with office.open_journal() as journal:
        return journal.runs()[0].run_id


def added(target: str) -> list[dict[str, str]]:
    """How the columns `to` and `text` are mapped to notes or tasks."""
    pointing = {"notes": "parent_record", "tasks": "linked_records"}[target]
    fields = [{"column": "to", "attribute": pointing}, {"column": "text", "attribute": "content"}]
    return fields + ([{"column": "text", "attribute": "title"}] if target == "notes" else [])


def test_after_a_kill_what_he_adds_to_a_record_is_his(office: Office) -> None:
    """He adds to a record before anybody looks what became of it: it is left, and listed."""
    run = killed(office, "after", 3, lambda: office.push(ROWS, "companies", match="domains"))
    for one in office.all("companies"):
        path = f"/v2/objects/companies/records/{one}"
        office.theirs("PATCH", path, {"data": {"values": {"description": "His"}}})
    before = set(office.all("companies"))
    with office.session() as session:
        undone = session.revert(run)

    assert 3 == len(before)
    assert before == set(office.all("companies")) == {str(one.record_id) for one in undone.conflicts}


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_has_no_key_is_found_after_a_kill(office: Office, when: str) -> None:
    """By what was sent, the token and the time: twins as well, and nobody else's; a revert leaves nothing."""
    owner = office.attio.api("GET", "/v2/workspace_members")["data"][0]["email_address"]
    rows: list[Any] = [{"name": f"Deal {n // 2}", "stage": "Lead", "owner": owner} for n in range(6)]
    run = killed(office, when, 3, lambda: office.push(rows, "deals", mode="create", match=[]))
    values = {"name": "Deal 1", "stage": "Lead", "owner": owner}
    his = office.theirs("POST", "/v2/objects/deals/records", {"data": {"values": values}})["id"]["record_id"]
    made = 2 if when == "before" else 3
    there = len(office.all("deals"))
    with office.session() as session:
        undone = session.revert(run)

    assert there == made + 1
    assert (made, 0) == (undone.counts.delete, undone.counts.rejected)
    assert [his] == list(office.all("deals"))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("target", ["notes", "tasks"])
def test_what_a_killed_revert_has_deleted_is_known(office: Office, target: str, when: str) -> None:
    """A note or a task whose deletion has no answer is looked up by its id; the next revert does the rest."""
    to = {"object": "companies", "record_id": office.company(1)}
    report = office.push([{"to": to, "text": f"Call {n}"} for n in range(3)], target, fields=added(target))
    killed(office, when, 2, lambda: office.revert(report))
    undone = office.revert(report)
    with office.open_journal() as journal:
        first = [one.status for one in journal.changes(journal.runs()[1].run_id)]

    assert [] == office.attio.api("GET", f"/v2/{target}")["data"]
    assert (2 if when == "before" else 1, 0) == (undone.counts.delete, undone.counts.rejected)
    assert (1 if when == "before" else 2) == first.count("written")


@pytest.mark.parametrize("target", ["notes", "tasks"])
def test_a_merge_does_not_hide_what_a_killed_run_has_added(office: Office, target: str) -> None:
    """The note or task has moved to the merged record; it is found by its words, and deleted or listed."""
    first, second = (office.company(n) for n in range(2))
    rows = [{"to": {"object": "companies", "record_id": first}, "text": f"Call {n}"} for n in range(3)]
    run = killed(office, "after", 2, lambda: office.push(rows, target, fields=added(target)))
    office.attio.clock(advance_seconds=5)
    pair = {"primary_record_id": second, "secondary_record_id": first}
    office.theirs("POST", "/v2/objects/companies/records/merge", {"data": pair})
    with office.session() as session:
        undone = session.revert(run)
    left = {one["id"][f"{target[:-1]}_id"] for one in office.attio.api("GET", f"/v2/{target}")["data"]}

    assert left == {str(one.record_id) for one in undone.conflicts}
    assert 2 == undone.counts.delete + len(undone.conflicts)


@pytest.mark.parametrize("killed_at", [1, 2, 4])
@pytest.mark.parametrize("when", ["before", "after"])
def test_after_a_kill_his_record_is_not_taken_for_ours(office: Office, when: str, killed_at: int) -> None:
    """He makes what the run had announced, word for word, before anybody looks what became of it."""
    run = killed(office, when, killed_at, lambda: office.push(ROWS, "companies", match="domains"))
    made = office.company(5, name="Firm 5")
    with office.session() as session:
        undone = session.revert(run)
    left = office.all("companies")
    told = {str(one.record_id) for one in undone.conflicts}

    assert made in left
    assert set(left) - {made} <= told
    assert killed_at == 1 or {made} == set(left) - told | {made}


def test_a_finished_run_counts_what_is_found_out_later(office: Office) -> None:
    """A record that a revert made again, without an answer, and that he changed: counted once it is known."""
    office.push([{"code": one, "label": "old"} for one in "ab"], "things", match="code")
    gone = [{"record_id": one} for one in office.all("things")]
    report = office.push(gone, "things", match="record_id", mode="delete")

    def labelled(text: str) -> None:
        office.attio.clock(advance_seconds=5)
        (own_id,) = (one for one, held in office.all("things").items() if held["code"][0]["value"] == "a")
        office.theirs("PUT", f"/v2/objects/things/records/{own_id}", {"data": {"values": {"label": text}}})

    def heard(when: str, number: int) -> None:
        if (when, number) == ("after", 2):
            office.on_write = lambda *_: None
            labelled("his")
            raise requests.ReadTimeout

    office.on_write = heard
    undone = office.revert(report)
    labelled("old")
    with office.session() as session:
        session.settle_dead_runs()
    with office.open_journal() as journal:
        run = journal.run(undone.run_id)

    assert (1, 1) == (undone.counts.create, undone.counts.rejected)
    assert ("done", 2, 0) == (run.status, run.counts.create, run.counts.rejected)


def test_stubs_of_a_run_that_broke_off_are_not_counted_as_rows(office: Office) -> None:
    """Its journal has one record more than it wrote rows."""
    config = {"record_reference": {"allowed_objects": ["things"]}}
    office.attribute("objects/things", "parent", "record-reference", config=config)
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "parent", "attribute": "parent", "reference": "code"},
    ]
    rows = [{"code": "a", "parent": "stub"}, {"code": "b"}]
    settings = {"match": "code", "fields": fields, "on_missing_reference": "create_stub"}
    killed(office, "after", 2, lambda: office.push(rows, "things", **settings))
    with office.session() as session:
        session.settle_dead_runs()
    with office.open_journal() as journal:
        (run,) = journal.runs()
        made = [one.status for one in journal.changes(run.run_id)].count("written")

    assert (2, 1) == (made, run.counts.create)
