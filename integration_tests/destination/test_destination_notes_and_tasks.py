"""Notes and tasks: each is made once, and an object of that name is an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.client import AttioClient
from integration_tests.destination.desk import COMPANIES, Desk

if TYPE_CHECKING:
    import pytest


def test_a_task_whose_link_attio_drops_is_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that Attio takes and drops rejects the row: the task would be made again in every run."""
    make = AttioClient.create_task
    monkeypatch.setattr(
        AttioClient, "create_task", lambda client, task: make(client, task | {"linked_records": []})
    )
    record = desk.attio.create_record("people", {"name": "Ada Lovelace"})["id"]["record_id"]
    linked = {"content": "Call", "linked_records": [{"object": "people", "record_id": record}] * 2}
    report = desk.push([linked, {"content": "Bare"}], "tasks")
    tasks = desk.attio.api("GET", "/v2/tasks")["data"]

    assert (1, 1) == (report.counts.create, report.counts.rejected)
    assert ["Bare"] == [task["content_plaintext"] for task in tasks]


def test_notes_and_tasks_are_never_made_twice(desk: Desk) -> None:
    """The same note on the same record, and the same task, are made once."""
    desk.push(COMPANIES)
    notes = [
        {"column": "domain", "attribute": "parent_record", "reference": "domains"},
        {"column": "title", "attribute": "title"},
        {"column": "text", "attribute": "content"},
    ]
    row = {"domain": "a.example.com", "title": "Call", "text": "Went *well*."}
    tasks = [
        {"column": "text", "attribute": "content"},
        {"column": "domain", "attribute": "linked_records", "reference": "domains"},
    ]
    first, second = desk.push([row, row], "notes", fields=notes), desk.push([row], "notes", fields=notes)
    task, task_again = desk.push([row], "tasks", fields=tasks), desk.push([row], "tasks", fields=tasks)
    undone = desk.revert(task)

    assert (1, 1) == (first.counts.create, first.counts.superseded)
    assert (0, 1) == (second.counts.create, second.counts.unchanged)
    assert (1, 1) == (task.counts.create, task_again.counts.unchanged)
    assert (1, []) == (undone.counts.delete, desk.attio.api("GET", "/v2/tasks")["data"])


def test_an_object_may_be_called_notes(desk: Desk) -> None:
    """An object of that name is no notes: its writes are told apart in the journal and can be undone."""
    desk.custom_object("notes")
    report = desk.push([{"code": "1"}], "objects/notes")
    undone = desk.revert(report)

    assert (1, 1, ()) == (report.counts.create, undone.counts.delete, undone.conflicts)
    assert [] == desk.values("notes", "code")
