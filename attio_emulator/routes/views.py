"""Views of objects and lists, which the API only reads.

Source: docs.attio.com/rest-api/endpoint-reference/objects/list-views-for-object.
"""

from attio_emulator.calls.paging import by_cursor
from attio_emulator.calls.routing import Answer, Call, Route
from attio_emulator.model.attachments import View


def answer(call: Call, kind: str, target_id: str) -> Answer:
    """The views of an object or a list, ordered by id; archived ones when asked."""
    archived_too = call.boolean("show_archived", default=False)
    views = [
        view
        for view in call.workspace.attachments.views.on(target_id)
        if archived_too or not view.is_archived
    ]
    return by_cursor(
        call,
        sorted(views, key=lambda view: view.key),
        lambda view: {
            "id": {"workspace_id": call.workspace.id, kind: target_id, "view_id": view.key},
            "title": view.title,
            "created_at": view.created_at,
        },
        key=by_id,
        default=500,
        maximum=1000,
    )


def by_id(view: View) -> tuple[str, str]:
    """The key by which views are ordered."""
    return view.key, ""


def object_views(call: Call) -> Answer:
    """The views of an object."""
    return answer(call, "object_id", call.workspace.object(call.params["object"]).id)


def list_views(call: Call) -> Answer:
    """The views of a list."""
    return answer(call, "list_id", call.workspace.list(call.params["list"]).id)


ROUTES = (
    Route("GET", "/v2/objects/{object}/views", object_views, scopes=("object_configuration:read",)),
    Route("GET", "/v2/lists/{list}/views", list_views, scopes=("list_configuration:read",)),
)
