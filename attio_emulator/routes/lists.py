"""Lists: docs.attio.com/rest-api/endpoint-reference/lists/list-all-lists. The API cannot delete one."""

from typing import Any

from attio_emulator.calls.routing import Answer, Call, Route, data
from attio_emulator.changes.documents import list_document
from attio_emulator.changes.standard import bare_attributes
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.shapes import array, conform, nullable, one_of, shape, text, uuid
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import ListType
from attio_emulator.model.workspace import Workspace

READ = ("list_configuration:read",)
WRITE = ("list_configuration:read-write",)
LEVEL = one_of("full-access", "read-and-write", "read-only")
ACCESS = {
    "workspace_access": nullable(LEVEL),
    "workspace_member_access": array(shape({"workspace_member_id": uuid(), "level": LEVEL})),
}
NAMES = {"name": text(1, 500), "api_slug": text(1, 200)}
CREATE = shape({"data": shape({**NAMES, "parent_object": text(1), **ACCESS})})
UPDATE = shape({"data": shape({}, {**NAMES, **ACCESS})})


def list_lists(call: Call) -> Answer:
    """All lists."""
    return data([list_document(call.workspace, kind) for kind in call.workspace.lists.values()])


def create_list(call: Call) -> Answer:
    """Make a list over the records of one object."""
    workspace = call.workspace
    given: dict[str, Any] = conform(call.json(), CREATE)["data"]
    parent = workspace.object(str(given["parent_object"]))
    refuse_taken(workspace, str(given["api_slug"]), None)
    access, members = checked_access(workspace, given["workspace_access"], given["workspace_member_access"])
    kind = ListType(
        id=workspace.ids.next(),
        slug=str(given["api_slug"]),
        created_at=call.now,
        is_list=True,
        name=str(given["name"]),
        parent_object_id=parent.id,
        workspace_access=access,
        member_access=members,
        created_by=call.actor,
    )
    for attribute in bare_attributes(workspace, "entry_id", call.now):
        kind.add(attribute)
    workspace.lists[kind.id] = kind
    workspace.emit("list.created", {"list_id": kind.id}, call.actor)
    return data(list_document(workspace, kind))


def checked_access(
    workspace: Workspace, access: Json, members: list[JsonObject]
) -> tuple[str | None, list[JsonObject]]:
    """The access of a list, checked: somebody must have full-access, and on a free plan everybody."""
    if access != "full-access" or members:
        workspace.switches.admit_paid(part="Restricted access to a list")
    for each in members:
        if workspace.member(str(each["workspace_member_id"])) is None:
            raise refuse("value_not_found", "Cannot find a workspace member of workspace_member_access.")
    if access != "full-access" and not any(each["level"] == "full-access" for each in members):
        raise refuse("validation_type", "Somebody must keep full-access to a list.")
    kept: list[JsonObject] = [
        {"workspace_member_id": each["workspace_member_id"], "level": each["level"]} for each in members
    ]
    return (access if isinstance(access, str) else None), kept


def refuse_taken(workspace: Workspace, slug: str, own: ListType | None) -> None:
    """Refuse a slug that another list has."""
    if any(kind.slug == slug and kind is not own for kind in workspace.lists.values()):
        raise refuse("slug_conflict", f'A list with the slug "{slug}" exists already.')


def read_list(call: Call) -> Answer:
    """One list."""
    return data(list_document(call.workspace, call.workspace.list(call.params["list"])))


def update_list(call: Call) -> Answer:
    """Change names and access."""
    workspace = call.workspace
    kind = workspace.list(call.params["list"])
    given: dict[str, Any] = conform(call.json(), UPDATE)["data"]
    refuse_taken(workspace, str(given.get("api_slug", kind.slug)), kind)
    access, members = checked_access(
        workspace,
        given.get("workspace_access", kind.workspace_access),
        given.get("workspace_member_access", list(kind.member_access)),
    )
    kind.name, kind.slug = str(given.get("name", kind.name)), str(given.get("api_slug", kind.slug))
    kind.workspace_access, kind.member_access = access, members
    workspace.emit("list.updated", {"list_id": kind.id}, call.actor)
    return data(list_document(workspace, kind))


ROUTES = (
    Route("GET", "/v2/lists", list_lists, scopes=READ),
    Route("POST", "/v2/lists", create_list, scopes=WRITE, kind="write"),
    Route("GET", "/v2/lists/{list}", read_list, scopes=READ),
    Route("PATCH", "/v2/lists/{list}", update_list, scopes=WRITE, kind="write"),
)
