"""Control plane calls for what people do in Attio's application and no call of the API does.

Saving a view, defining a formula, resolving a thread, joining the workspace, deleting a list: each with the
event that it fires.
"""

from dataclasses import replace
from typing import Any

from attio_emulator.calls.routing import Answer, Call, Route, data, json_answer
from attio_emulator.changes.documents import attribute_document
from attio_emulator.changes.formulas import define
from attio_emulator.changes.removal import remove_all
from attio_emulator.changes.standard import add_member
from attio_emulator.changes.writing import Write
from attio_emulator.contract.refusals import bad_value, not_found, refuse
from attio_emulator.contract.shapes import boolean, conform, nullable, one_of, shape, text
from attio_emulator.model.attachments import View
from attio_emulator.model.workspace import SYSTEM
from attio_emulator.routes.comments import emit, in_thread, show_thread

RESOLUTION = shape({"resolved": boolean()}, {"member_id": text(1)}, closed=True)
MEMBER = shape(
    {"first_name": text(), "last_name": text(), "email_address": text(3)},
    {"access_level": one_of("admin", "member", "suspended")},
    closed=True,
)


# The filter of a view is checked when a query uses it.
VIEW = shape(
    {"title": text(1)},
    {"object": text(1), "list": text(1), "filter": nullable(shape({})), "is_archived": boolean()},
    closed=True,
)


def save_view(call: Call) -> Answer:
    """Save a view of an object or a list, with the filter that queries use by `filter_view_id`."""
    given: dict[str, Any] = conform(call.json(), VIEW)
    if ("object" in given) is ("list" in given):
        raise bad_value("Give an object or a list.", ["object"])
    target = (
        call.workspace.object(given["object"]) if "object" in given else call.workspace.list(given["list"])
    )
    view = View(
        key=call.workspace.ids.next(),
        target_id=target.id,
        title=given["title"],
        is_archived=given.get("is_archived", False),
        created_at=call.now,
        filter=given.get("filter"),
    )
    call.workspace.attachments.views.put(view)
    return data({"view_id": view.key, "title": view.title})


def define_formula(call: Call) -> Answer:
    """Give an object an attribute that is computed from others."""
    kind, attribute = define(call.workspace, call.json(), call.now)
    call.workspace.emit(
        "object-attribute.created", {"object_id": kind.id, "attribute_id": attribute.attribute_id}, SYSTEM
    )
    call.server.workers.wake()
    return data(attribute_document(call.workspace, kind, attribute))


def resolve_thread(call: Call) -> Answer:
    """Resolve a thread, or open it again."""
    given: dict[str, Any] = conform(call.json(), RESOLUTION)
    comments = in_thread(call, call.uuid("thread_id"))
    if not comments:
        raise not_found("Thread", call.params["thread_id"])
    member_id = given.get("member_id") or next(iter(call.workspace.members))
    by: dict[str, Any] = {"type": "workspace-member", "id": member_id}
    resolved = given["resolved"]
    changed = [
        replace(each, resolved_at=call.now if resolved else None, resolved_by=by if resolved else None)
        for each in comments
    ]
    for each in changed:
        call.workspace.attachments.comments.put(each)
    emit(call, "comment.resolved" if resolved else "comment.unresolved", changed[0], by)
    call.server.workers.wake()
    return data(show_thread(call, changed))


def join(call: Call) -> Answer:
    """Add a member to the workspace."""
    given = conform(call.json(), MEMBER)
    if call.workspace.member_by_email(str(given["email_address"])) is not None:
        raise refuse("uniqueness_conflict", "There is a member with this address.", status=409)
    member_id = call.workspace.ids.next()
    level = str(given.get("access_level", "member"))
    member = add_member(call.workspace, given, member_id=member_id, access_level=level)
    member["created_at"] = call.now
    call.workspace.emit("workspace-member.created", {"workspace_member_id": member_id}, SYSTEM)
    call.server.workers.wake()
    return data(member)


def delete_list(call: Call) -> Answer:
    """Delete a list with its entries; the one event is the list's."""
    kind = call.workspace.list(call.params["list"])
    remove_all(Write(workspace=call.workspace, kind=kind, now=call.now, actor=SYSTEM))
    del call.workspace.lists[kind.id]
    call.workspace.emit("list.deleted", {"list_id": kind.id}, SYSTEM)
    call.server.workers.wake()
    return json_answer({})


CONTROL_ROUTES = (
    Route("POST", "/_emulator/views", save_view, kind="write"),
    Route("POST", "/_emulator/formulas", define_formula, kind="write"),
    Route("POST", "/_emulator/threads/{thread_id}", resolve_thread, kind="write"),
    Route("POST", "/_emulator/members", join, kind="write"),
    Route("DELETE", "/_emulator/lists/{list}", delete_list, kind="write"),
)
