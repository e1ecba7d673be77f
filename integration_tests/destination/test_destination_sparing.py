"""A revert deletes no record of the run that others have added to or point at."""

from __future__ import annotations

from typing import Any

import pytest

from integration_tests.destination.office import ADDED, ROWS, Office
from integration_tests.destination.pointing import CIRCLE, FIELDS, ROOT_AND_LEAF, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize("rows", [ROOT_AND_LEAF, CIRCLE, [{"code": "root", "parent": "root"}]])
def test_what_the_run_itself_has_linked_goes(desk: Desk, rows: list[Any]) -> None:
    """A record does not stay for a reference that goes with the revert."""
    report = desk.pushed(rows)
    planned = desk.planned(report)
    undone = desk.revert(report)

    assert ((), {}) == (undone.conflicts, desk.ids())
    assert len(rows) == planned.counts.delete == undone.counts.delete


@pytest.mark.parametrize(
    ("rows", "what", "code", "left", "told"),
    [
        (ROOT_AND_LEAF, "record", "root", {"root", "his"}, "1 of 'things' points at it with 'parent'."),
        (ROOT_AND_LEAF, "record", "leaf", {"root", "leaf", "his"}, "1 of 'things' points at it"),
        (CIRCLE, "record", "leaf", {"leaf", "his"}, "1 of 'things' points at it with 'parent'."),
        (ROOT_AND_LEAF, "entry", "root", {"root"}, "1 of 'lists/queue' points at it with 'thing'."),
        (ROOT_AND_LEAF, "note", "leaf", {"root", "leaf"}, "1 of 'things' points at it with 'parent'."),
    ],
)
def test_what_others_point_at_stays_and_is_listed(
    desk: Desk, rows: list[Any], what: str, code: str, left: set[str], told: str
) -> None:
    """So does what a record that stays points at; the plan of the revert says the same before."""
    report = desk.pushed(rows)
    getattr(desk, what)(code)
    planned = desk.planned(report)
    undone = desk.revert(report)

    assert left == set(desk.ids())
    assert planned.counts.rejected == undone.counts.rejected == len(left - {"his"})
    assert planned.counts.delete == undone.counts.delete
    assert any(told in str(one.reason) for one in undone.conflicts)


def test_a_stub_that_others_point_at_stays(desk: Desk) -> None:
    """It is a record of the run like any other."""
    report = desk.pushed([{"code": "leaf", "parent": "stub"}], on_missing_reference="create_stub")
    desk.record("stub")
    undone = desk.revert(report)

    assert {"stub", "his"} == set(desk.ids())
    assert 1 == len(undone.conflicts)


def test_a_reference_that_somebody_has_moved_keeps_its_new_record(desk: Desk) -> None:
    """The run changed it, he changed it since: the value is left, and so is what it points at now."""
    desk.pushed([{"code": "old"}])
    report = desk.pushed([{"code": "one"}, {"code": "two"}, {"code": "old", "parent": "one"}])
    values = {"data": {"values": {"parent": desk.at("two")}}}
    desk.theirs("PUT", f"/v2/objects/things/records/{desk.ids()['old']}", values)
    undone = desk.revert(report)

    assert {"old", "two"} == set(desk.ids())
    assert 2 == len(undone.conflicts)


def related(desk: Desk) -> None:
    """A relationship of things among themselves: a boss, and on the other side a team."""
    boss: dict[str, Any] = {
        "config": {"record_reference": {"allowed_objects": ["things"]}},
        "relationship": {"object": "things", "title": "Team", "api_slug": "team", "is_multiselect": True},
    }
    desk.attribute("objects/things", "boss", "record-reference", **boss)


def test_both_sides_of_a_relationship_among_the_runs_records_go(desk: Desk) -> None:
    """Attio has written the other side itself, and it goes with the record that it shows."""
    related(desk)
    fields = [FIELDS[0], {"column": "boss", "attribute": "boss", "reference": "code"}]
    rows = [{"code": "a"}, {"code": "b", "boss": "a"}, {"code": "c", "boss": "b"}]
    report = desk.push(rows, "things", match="code", fields=fields)
    planned = desk.planned(report)
    undone = desk.revert(report)

    assert (3, 3, ()) == (planned.counts.delete, undone.counts.delete, undone.conflicts)


def test_a_relationship_with_records_of_others_does_not_hold_the_runs_record(desk: Desk) -> None:
    """People who were pushed into a company of somebody's go; the company that he staffed himself stays."""
    theirs = desk.company(1)
    fields = [
        {"column": "mail", "attribute": "email_addresses"},
        {"column": "company", "attribute": "company", "reference": "domains"},
    ]
    rows = [{"mail": "ada@example.com", "company": "firm1.example.com"}]
    people = desk.push(rows, "people", match="email_addresses", fields=fields)
    companies = desk.push([{"domains": "firm2.example.com"}], "companies", match="domains")
    (ours,) = set(desk.all("companies")) - {theirs}
    company = [{"target_object": "companies", "target_record_id": ours}]
    values = {"email_addresses": ["bob@example.com"], "company": company}
    desk.theirs("POST", "/v2/objects/people/records", {"data": {"values": values}})

    assert (1, ()) == ((undone := desk.revert(people)).counts.delete, undone.conflicts)
    assert [ours] == [one.record_id for one in desk.revert(companies).conflicts]
    assert {theirs, ours} == set(desk.all("companies"))


@pytest.mark.parametrize("change", [{"is_completed": True}, {"deadline_at": "2026-06-01T00:00:00Z"}])
def test_a_task_that_somebody_has_worked_on_stays(desk: Desk, change: dict[str, Any]) -> None:
    """Ticking a task of the run off is a change like another."""
    report = desk.push(
        [{"text": "one"}, {"text": "two"}], "tasks", fields=[{"column": "text", "attribute": "content"}]
    )
    tasks = [one["id"]["task_id"] for one in desk.attio.api("GET", "/v2/tasks")["data"]]
    desk.theirs("PATCH", f"/v2/tasks/{tasks[0]}", {"data": change})
    undone = desk.revert(report)

    assert [tasks[0]] == [one["id"]["task_id"] for one in desk.attio.api("GET", "/v2/tasks")["data"]]
    assert [tasks[0]] == [one.record_id for one in undone.conflicts]


@pytest.mark.parametrize("what", ADDED)
def test_a_record_that_others_added_to_is_left_and_listed(office: Office, what: str) -> None:
    """A revert deletes what only the run has touched; the plan of the revert says the same before."""
    report = office.push(ROWS, "companies", match="domains")
    ids = list(office.all("companies"))
    ADDED[what](office, ids[2])
    plan = office.planned(report)
    undone = office.revert(report)

    assert (5, 1) == (plan.counts.delete, plan.counts.rejected)
    assert [ids[2]] == [one.record_id for one in plan.changes if one.kind == "rejected"]
    assert [ids[2]] == [one.record_id for one in undone.conflicts] == list(office.all("companies"))
    assert what in str(undone.conflicts[0].reason) + " value"
