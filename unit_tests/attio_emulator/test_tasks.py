from collections.abc import Callable
from typing import Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE, Api

NEW = {
    "content": "Call back",
    "format": "plaintext",
    "deadline_at": None,
    "is_completed": False,
    "linked_records": [],
    "assignees": [],
}

Write = Callable[..., Any]


@pytest.fixture
def write(api: Api) -> Write:
    return lambda **changes: api("POST", "/v2/tasks", {"data": {**NEW, **changes}})["data"]


@pytest.fixture
def person(api: Api) -> str:
    return api.record("people", {"email_addresses": ["ada@lovelace.example.com"]})


def contents(api: Api, query: str = "") -> list[str]:
    return [task["content_plaintext"] for task in api("GET", f"/v2/tasks?{query}")["data"]]


def test_a_task_comes_back_as_it_was_made(api: Api, write: Write) -> None:
    """A new task has its deadline in nanoseconds and UTC, and knows when it was completed."""
    task = write(deadline_at="2026-06-01T11:00:00+02:00", is_completed=True)

    assert "2026-06-01T09:00:00.000000000Z" == task["deadline_at"]
    assert (True, task["created_at"]) == (task["is_completed"], task["completed_at"])
    assert task == api("GET", f"/v2/tasks/{task['id']['task_id']}")["data"]


def test_members_are_assigned_by_id_or_address(api: Api, write: Write) -> None:
    """A member named twice is assigned once."""
    member = api.member["id"]["workspace_member_id"]
    task = write(
        assignees=[
            {"workspace_member_email_address": api.member["email_address"]},
            {"referenced_actor_type": "workspace-member", "referenced_actor_id": member},
        ]
    )

    assert [{"referenced_actor_type": "workspace-member", "referenced_actor_id": member}] == task["assignees"]


def test_tasks_are_sorted_as_asked(api: Api, write: Write) -> None:
    """Oldest first unless asked otherwise; tasks that were never completed come last."""
    for content, is_completed in (("a", True), ("b", False), ("c", True)):
        write(content=content, is_completed=is_completed)

    assert ["abc", "cba", "acb", "cab"] == [
        "".join(contents(api, query))
        for query in ("", "sort=created_at:desc", "sort=completed_at:asc", "sort=completed_at:desc")
    ]
    assert (400, "validation_type") == api.refusal("GET", "/v2/tasks?sort=content:asc")


def test_tasks_are_filtered_by_completion_link_and_assignee(api: Api, write: Write, person: str) -> None:
    """Each filter leaves what it says; an empty assignee, or null, means nobody."""
    member = api.member["email_address"]
    write(content="done", is_completed=True)
    write(content="linked", linked_records=[{"target_object": "people", "target_record_id": person}])
    write(content="mine", assignees=[{"workspace_member_email_address": member}])

    assert ["done"] == contents(api, "is_completed=true")
    assert ["linked", "mine"] == contents(api, "is_completed=false")
    assert ["linked"] == contents(api, f"linked_object=people&linked_record_id={person}")
    assert ["mine"] == contents(api, f"assignee={member}")
    assert ["done", "linked"] == contents(api, "assignee=") == contents(api, "assignee=null")
    assert (400, "validation_type") == api.refusal("GET", "/v2/tasks?linked_object=people")


def test_at_most_a_thousand_tasks_come_at_once(api: Api, write: Write) -> None:
    """A limit of 1000 is the highest."""
    write()

    assert 1 == len(contents(api, "limit=1000"))
    assert (400, "validation_type") == api.refusal("GET", "/v2/tasks?limit=1001")


def test_a_change_replaces_what_it_names(api: Api, write: Write, person: str) -> None:
    """Completing sets the time of it, undoing clears it, lists are replaced, and no change is no event."""
    task = write(linked_records=[person])
    path = f"/v2/tasks/{task['id']['task_id']}"
    done = api("PATCH", path, {"data": {"is_completed": True}})["data"]
    same = api("PATCH", path, {"data": {"is_completed": True}})["data"]
    undone = api("PATCH", path, {"data": {"is_completed": False, "linked_records": []}})["data"]

    assert done["completed_at"] == same["completed_at"] is not None
    assert {**task, "linked_records": []} == undone
    assert ["task.created", "task.updated", "task.updated"] == api.events("task")


def test_content_never_changes(api: Api, write: Write) -> None:
    """The body of a change is closed, and content is not in it."""
    task = write()

    assert (400, "validation_type") == api.refusal(
        "PATCH", f"/v2/tasks/{task['id']['task_id']}", {"data": {"content": "Other"}}
    )


def test_a_task_outlives_its_record(api: Api, write: Write, person: str) -> None:
    """Deleting a record takes the link, not the task."""
    task = write(linked_records=[person])
    api("DELETE", f"/v2/objects/people/records/{person}")

    assert {**task, "linked_records": []} == api("GET", f"/v2/tasks/{task['id']['task_id']}")["data"]


def test_a_deleted_task_is_gone(api: Api, write: Write) -> None:
    """Deleting answers an empty object once and 404 afterwards."""
    path = f"/v2/tasks/{write()['id']['task_id']}"

    assert {} == api("DELETE", path)
    assert (404, "not_found") == api.refusal("GET", path)


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ((400, "validation_type"), {"content": "x" * 2001}),
        ((400, "validation_type"), {"format": "markdown"}),
        ((400, "validation_type"), {"deadline_at": "soon"}),
        ((400, "validation_type"), {"is_completed": "yes"}),
        ((404, "not_found"), {"linked_records": [{"target_object": "nothing", "target_record_id": NOWHERE}]}),
        ((400, "validation_type"), {"linked_records": [{"target_object": "people"}]}),
        (
            (400, "validation_type"),
            {"linked_records": [NOWHERE, {"target_object": "people", "target_record_id": NOWHERE}]},
        ),
        ((404, "not_found"), {"assignees": [{"workspace_member_email_address": "nobody@example.com"}]}),
        ((400, "validation_type"), {"assignees": [{"referenced_actor_type": "api-token"}]}),
    ],
)
def test_what_a_task_may_not_say(api: Api, expected: tuple[int, str], changes: dict[str, Any]) -> None:
    """A task that Attio would refuse is refused alike, and nothing is stored."""
    assert expected == api.refusal("POST", "/v2/tasks", {"data": {**NEW, **changes}})
    assert [] == contents(api)
