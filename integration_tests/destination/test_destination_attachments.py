"""Everything that hangs on a record is found before the record is deleted, however many pages it fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from destination_attio.workspace.attachments import Attachments
from integration_tests.destination.office import ADDED, Office
from unit_tests.attio_api.at_once import AtOnce

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

PATHS: Final[dict[str, Callable[[str], tuple[str, dict[str, str], str]]]] = {
    "note": lambda one: ("/v2/notes", {"parent_object": "companies", "parent_record_id": one}, "note_id"),
    "task": lambda one: ("/v2/tasks", {"linked_object": "companies", "linked_record_id": one}, "task_id"),
    "list entry": lambda one: (f"/v2/objects/companies/records/{one}/entries", {}, "entry_id"),
}


@pytest.fixture
def office() -> Office:
    return Office()


def told(office: Office, ids: list[str], own: Collection[str] | None) -> dict[str, str]:
    """What is said of these companies' attachments."""
    with office.session() as session:
        target = session.catalog.by_name("companies")
        return Attachments(session.client, AtOnce()).find(target, ids, own)


def ids_of(office: Office, what: str, record_id: str) -> list[str]:
    """The ids of what hangs on a record, in the order in which Attio lists them."""
    path, params, member = PATHS[what](record_id)
    found: list[str] = []
    while page := office.attio.api("GET", path, limit=50, offset=len(found), **params)["data"]:
        found += [one[member] if member in one else one["id"][member] for one in page]
    return found


@pytest.mark.parametrize(
    ("what", "number", "his"), [("note", 60, 50), ("list entry", 110, 100), ("task", 3, 2)]
)
@pytest.mark.parametrize("others", [0, 1])
def test_one_of_somebody_else_behind_many_of_the_run_is_found(
    office: Office, what: str, number: int, his: int, others: int
) -> None:
    """Also where several records are asked about, which is done in another way."""
    company = office.company(0)
    beside = [office.company(1 + one) for one in range(others)]
    for _ in range(number):
        ADDED[what](office, company)
    there = ids_of(office, what, company)
    own = {one for at, one in enumerate(there) if at != his}

    assert number == len(there)
    assert {company: f"It has 1 {what} that the run did not make."} == told(office, [company, *beside], own)
    assert {} == told(office, [company, *beside], set(there))


@pytest.mark.parametrize("number", [1, 3])
def test_what_a_token_may_not_read_keeps_the_records(office: Office, number: int) -> None:
    """One record or several: each is left, and a scope that would tell is named; the revert goes on."""
    report = office.push([{"code": str(one)} for one in range(number)], "things", match="code")
    scopes = ["record_permission:read-write", "object_configuration:read", "list_configuration:read"]
    office.attio.add_token(
        office.attio.token, scopes=[*scopes, "list_entry:read", "task:read", "user_management:read"]
    )
    undone = office.revert(report)

    assert number == len(undone.conflicts) == len(office.all("things"))
    assert all("notes (the token lacks note:read or" in str(one.reason) for one in undone.conflicts)
    assert not any("tasks" in str(one.reason) for one in undone.conflicts)


@pytest.mark.parametrize(
    ("what", "number", "said"),
    [("comment", 12, "12 comments"), ("list entry", 101, "101 list entries"), ("meeting", 52, "52 meetings")],
)
def test_what_goes_with_a_deletion_is_counted_to_its_end(
    office: Office, what: str, number: int, said: str
) -> None:
    """The number is what the approver reads."""
    company = office.company(0)
    for _ in range(number):
        ADDED[what](office, company)

    assert {company: f"It has {said}."} == told(office, [company], None)
