"""Workspace members; read only.

Source: docs.attio.com/rest-api/endpoint-reference/workspace-members/list-workspace-members.
"""

from attio_emulator.calls.routing import Answer, Call, Route, data
from attio_emulator.contract.refusals import not_found

READ = ("user_management:read",)


def list_members(call: Call) -> Answer:
    """All members, with suspended ones."""
    return data(list(call.workspace.members.values()))


def read_member(call: Call) -> Answer:
    """One member."""
    member_id = call.uuid("workspace_member_id")
    member = call.workspace.member(member_id)
    if member is None:
        raise not_found("Workspace member", member_id)
    return data(member)


ROUTES = (
    Route("GET", "/v2/workspace_members", list_members, scopes=READ),
    Route("GET", "/v2/workspace_members/{workspace_member_id}", read_member, scopes=READ),
)
