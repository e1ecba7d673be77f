from typing import Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE, Api


def test_a_saved_view_stands_for_its_filter(api: Api) -> None:
    """A view is listed with its object, and a query by it answers as the filter would."""
    api.record("companies", {"name": "One"})
    two = api.record("companies", {"name": "Two"})
    view = api(
        "POST", "/_emulator/views", {"object": "companies", "title": "Twos", "filter": {"name": "Two"}}
    )
    by_view = {"filter_view_id": view["data"]["view_id"]}

    assert ["Twos"] == [each["title"] for each in api("GET", "/v2/objects/companies/views")["data"]]
    found = api("POST", "/v2/objects/companies/records/query", by_view)["data"]
    assert [two] == [record["id"]["record_id"] for record in found]


def test_a_thread_is_resolved_and_opened_again(api: Api) -> None:
    """Each fires its event by a member, and the comments say by whom and when."""
    author = {"type": "workspace-member", "id": api.member["id"]["workspace_member_id"]}
    place = {"record": {"object": "people", "record_id": api.record("people", {})}}
    new = {"format": "plaintext", "content": "x", "author": author, **place}
    thread_id = api("POST", "/v2/comments", {"data": new})["data"]["thread_id"]

    def resolve(resolved: bool) -> Any:
        body = {"resolved": resolved}
        return api("POST", f"/_emulator/threads/{thread_id}", body)["data"]["comments"][0]["resolved_by"]

    assert [author, None] == [resolve(True), resolve(False)]  # noqa: FBT003 - as above
    assert ["comment.created", "comment.resolved", "comment.unresolved"] == api.events("comment")
    assert author == api.last_event()["actor"]


def test_somebody_joins(api: Api) -> None:
    """A new member can be read, assigned and told of; an address joins once."""
    bob = {"first_name": "Bob", "last_name": "B", "email_address": "bob@example.com"}
    member = api("POST", "/_emulator/members", bob)["data"]

    assert member == api("GET", f"/v2/workspace_members/{member['id']['workspace_member_id']}")["data"]
    assert ["workspace-member.created"] == api.events("workspace-member")
    assert (409, "uniqueness_conflict") == api.refusal("POST", "/_emulator/members", bob)


def test_a_list_is_deleted(api: Api) -> None:
    """The list is gone, and its deletion is told of."""
    new = {"name": "L", "api_slug": "l", "parent_object": "people", "workspace_access": "full-access"}
    api("POST", "/v2/lists", {"data": {**new, "workspace_member_access": []}})
    api("DELETE", "/_emulator/lists/l")

    assert (404, "not_found") == api.refusal("GET", "/v2/lists/l")
    assert ["list.created", "list.deleted"] == api.events("list")


@pytest.mark.parametrize(
    ("expected", "path", "body"),
    [
        (400, "views", {"title": "T"}),
        (400, "views", {"title": "T", "object": "people", "list": "l"}),
        (404, "views", {"title": "T", "object": "nothing"}),
        (404, f"threads/{NOWHERE}", {"resolved": True}),
        (400, "members", {"first_name": "Bob"}),
    ],
)
def test_what_cannot_be_done_is_refused(api: Api, expected: int, path: str, body: Any) -> None:
    """Nonsense on the control plane gets a refusal of Attio's shape."""
    assert expected == api.refusal("POST", f"/_emulator/{path}", body)[0]
