"""Tasks: docs.attio.com/rest-api/endpoint-reference/tasks/list-tasks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from attio_emulator.calls.bodies import moment, sent
from attio_emulator.calls.paging import by_offset
from attio_emulator.calls.routing import Answer, Call, Route, bad_query, data, json_answer
from attio_emulator.changes.links import linked_records, resolve_links
from attio_emulator.contract.refusals import not_found
from attio_emulator.contract.shapes import array, boolean, either, nullable, one_of, shape, text, uuid
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.attachments import Link, Task

LONGEST_CONTENT = 2000
ASSIGNEES = array(
    either(
        shape({"workspace_member_email_address": text()}, closed=True),
        shape({"referenced_actor_type": one_of("workspace-member"), "referenced_actor_id": uuid()}),
    )
)
CHANGEABLE = {
    "deadline_at": nullable(text()),
    "is_completed": boolean(),
    "linked_records": linked_records,
    "assignees": ASSIGNEES,
}
NEW = shape({"content": text(1, LONGEST_CONTENT), "format": one_of("plaintext"), **CHANGEABLE})
CHANGED = shape({}, CHANGEABLE, closed=True)
SORTS = ("created_at:asc", "created_at:desc", "completed_at:asc", "completed_at:desc")


def show(call: Call, task: Task) -> JsonObject:
    """A task as Attio prints it; whether `target_object_id` is an id or a slug is a switch."""
    objects, by_slug = call.workspace.objects, call.workspace.switches.task_link_object == "slug"
    linked: list[Json] = [
        {
            "target_object_id": objects[object_id].slug if by_slug else object_id,
            "target_record_id": record_id,
        }
        for object_id, record_id in task.links
    ]
    assignees: list[Json] = [
        {"referenced_actor_type": "workspace-member", "referenced_actor_id": member_id}
        for member_id in task.assignees
    ]
    return {
        "id": {"workspace_id": call.workspace.id, "task_id": task.key},
        "content_plaintext": task.content_plaintext,
        "deadline_at": task.deadline_at,
        "is_completed": task.completed_at is not None,
        "completed_at": task.completed_at,
        "linked_records": linked,
        "assignees": assignees,
        "created_by_actor": task.created_by_actor,
        "created_at": task.created_at,
    }


def find(call: Call) -> Task:
    """The task of the path."""
    task_id = call.uuid("task_id")
    task = call.workspace.attachments.tasks.get(task_id)
    if task is None:
        raise not_found("Task", task_id)
    return task


def assigned(call: Call, assignees: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The members that a body names, each once."""
    return tuple(dict.fromkeys(member_id(call, assignee) for assignee in assignees))


def member_id(call: Call, assignee: dict[str, Any]) -> str:
    """The id of one assignee."""
    email = assignee.get("workspace_member_email_address")
    name = email if email is not None else assignee["referenced_actor_id"]
    return named_member(call, name)


def named_member(call: Call, name: str) -> str:
    """The id of the member of an e-mail address or id."""
    member = call.workspace.member(name) or call.workspace.member_by_email(name)
    if member is None:
        raise not_found("Workspace member", name)
    identity: Any = member["id"]
    return str(identity["workspace_member_id"])


def linked_to(call: Call) -> Link | None:
    """The record that `linked_object` and `linked_record_id` name together."""
    object_name, record_id = call.query.get("linked_object"), call.query.get("linked_record_id")
    if object_name is None and record_id is None:
        return None
    if object_name is None or record_id is None:
        raise bad_query("linked_record_id" if record_id is None else "linked_object")
    if uuid()(record_id, ()):
        raise bad_query("linked_record_id")
    return call.workspace.object(object_name).id, record_id.lower()


def chosen(call: Call) -> Iterable[Task]:
    """The tasks that pass the filters of the query string."""
    tasks, link = call.workspace.attachments.tasks, linked_to(call)
    found: Iterable[Task] = tasks if link is None else [t for t in tasks.on(link[1]) if link in t.links]
    assignee = call.query.get("assignee")
    if assignee in {"", "null"}:
        found = [task for task in found if not task.assignees]
    elif assignee is not None:
        wanted = named_member(call, assignee)
        found = [task for task in found if wanted in task.assignees]
    if "is_completed" in call.query:
        completed = call.boolean("is_completed", default=False)
        found = [task for task in found if (task.completed_at is not None) is completed]
    return found


def in_order(tasks: Iterable[Task], sort: str) -> Iterable[Task]:
    """Tasks in the order of `sort`; those without a value come last."""
    field, _, direction = sort.partition(":")
    if sort == "created_at:asc":
        return tasks
    listed = list(tasks)
    with_value = [task for task in listed if getattr(task, field) is not None]
    with_value.sort(key=lambda task: str(getattr(task, field)), reverse=direction == "desc")
    return with_value + [task for task in listed if getattr(task, field) is None]


def list_tasks(call: Call) -> Answer:
    """Tasks, by default oldest first, filtered by link, assignee and completion."""
    sort = call.choice("sort", default="created_at:asc", allowed=SORTS)
    page = by_offset(call, in_order(chosen(call), sort), default=500, maximum=1000)
    return data([show(call, task) for task in page])


def create_task(call: Call) -> Answer:
    """Make a task."""
    new = sent(call, NEW)
    workspace = call.workspace
    links, assignees = resolve_links(call.workspace, new["linked_records"]), assigned(call, new["assignees"])
    task = Task(
        key=workspace.ids.next(),
        content_plaintext=new["content"],
        deadline_at=deadline(new["deadline_at"]),
        completed_at=call.now if new["is_completed"] else None,
        links=links,
        assignees=assignees,
        created_by_actor=call.actor,
        created_at=call.now,
    )
    workspace.attachments.tasks.put(task)
    workspace.emit("task.created", {"task_id": task.key}, call.actor)
    return data(show(call, task))


def deadline(given: str | None) -> str | None:
    """A deadline as Attio prints it, or None."""
    return None if given is None else moment(given, "deadline_at")


def read_task(call: Call) -> Answer:
    """One task."""
    return data(show(call, find(call)))


def update_task(call: Call) -> Answer:
    """Change a task's deadline, completion, links and assignees, but not its content; lists are replaced."""
    old, change = find(call), sent(call, CHANGED)
    task = old
    if "deadline_at" in change:
        task = replace(task, deadline_at=deadline(change["deadline_at"]))
    if "is_completed" in change:
        task = replace(task, completed_at=(old.completed_at or call.now) if change["is_completed"] else None)
    if "linked_records" in change:
        task = replace(task, links=resolve_links(call.workspace, change["linked_records"]))
    if "assignees" in change:
        task = replace(task, assignees=assigned(call, change["assignees"]))
    if task != old:
        call.workspace.attachments.tasks.put(task)
        call.workspace.emit("task.updated", {"task_id": task.key}, call.actor)
    return data(show(call, task))


def delete_task(call: Call) -> Answer:
    """Delete a task for good."""
    task = find(call)
    call.workspace.attachments.tasks.drop(task.key)
    call.workspace.emit("task.deleted", {"task_id": task.key}, call.actor)
    return json_answer({})


SHARED = ("object_configuration:read", "record_permission:read", "user_management:read")
READ = ("task:read", *SHARED)
WRITE = ("task:read-write", *SHARED)
ROUTES = (
    Route("GET", "/v2/tasks", list_tasks, scopes=READ),
    Route("POST", "/v2/tasks", create_task, scopes=WRITE, kind="write"),
    Route("GET", "/v2/tasks/{task_id}", read_task, scopes=READ),
    Route("PATCH", "/v2/tasks/{task_id}", update_task, scopes=WRITE, kind="write"),
    Route("DELETE", "/v2/tasks/{task_id}", delete_task, scopes=("task:read-write",), kind="write"),
)
