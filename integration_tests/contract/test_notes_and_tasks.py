"""Notes and tasks: how many come at once, in which order, and what cannot be changed."""

from typing import Any

import pytest

from integration_tests.contract.ground import Ground, domain, needs, refusal, unique


@pytest.fixture
def parent(companies: Ground) -> str:
    """A company to hang things on."""
    return companies.company(domain())


def write_note(companies: Ground, parent: str, content: str) -> str:
    """A note that is deleted at the end; its id."""
    note: dict[str, Any] = companies.client.create_note(
        {
            "parent_object": "companies",
            "parent_record_id": parent,
            "title": "Contract",
            "format": "plaintext",
            "content": content,
        }
    )
    companies.later(lambda: companies.client.delete_note(note["id"]["note_id"]))
    return str(note["id"]["note_id"])


def make_task(companies: Ground, content: str) -> str:
    """A task that is deleted at the end; its id."""
    task: dict[str, Any] = companies.client.create_task(
        {
            "content": content,
            "format": "plaintext",
            "deadline_at": None,
            "is_completed": False,
            "linked_records": [],
            "assignees": [],
        }
    )
    companies.later(lambda: companies.client.delete_task(task["id"]["task_id"]))
    return str(task["id"]["task_id"])


def test_notes_of_a_record(companies: Ground, parent: str) -> None:
    """The notes of one record come oldest first, and page by page."""
    needs(companies.client, "notes", "write_notes")
    written = [write_note(companies, parent, content) for content in ("one", "two", "three")]
    of_it = {"parent_object": "companies", "parent_record_id": parent}
    pages = [companies.client.notes(2, offset, **of_it) for offset in (0, 2)]
    found: list[Any] = [note for page in pages for note in page]

    assert written == [note["id"]["note_id"] for note in found]
    assert ["one", "two", "three"] == [note["content_plaintext"] for note in found]


def test_notes_come_by_fifty(companies: Ground) -> None:
    """Fifty notes at once are the most; more are refused rather than cut."""
    needs(companies.client, "notes")

    assert len(companies.client.notes(50)) <= 50
    assert (400, "validation_type") == refusal(lambda: companies.client.notes(51))[1:]


def test_tasks_come_by_a_thousand(companies: Ground) -> None:
    """A thousand tasks at once are the most."""
    needs(companies.client, "tasks")

    assert len(companies.client.tasks(1000)) <= 1000
    assert (400, "validation_type") == refusal(lambda: companies.client.tasks(1001))[1:]


def test_tasks_oldest_first(companies: Ground) -> None:
    """Tasks can be sorted by creation, newest first for looking, oldest first for reading all."""
    needs(companies.client, "tasks", "write_tasks")
    made = [make_task(companies, unique("task")) for _ in range(2)]
    newest: list[Any] = companies.client.tasks(2, params={"sort": "created_at:desc"})

    assert made == [task["id"]["task_id"] for task in reversed(newest)]


def test_a_task_is_completed_but_not_reworded(companies: Ground) -> None:
    """A task can be completed; its content cannot be changed."""
    needs(companies.client, "write_tasks")
    task = make_task(companies, unique("task"))
    done = companies.client.update_task(task, {"is_completed": True})

    assert True is done["is_completed"]
    assert 400 == refusal(lambda: companies.client.update_task(task, {"content": "other"}))[1]
