"""Lists: made, changed, refused, private."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE, Api

LIST = {
    "name": "Sales",
    "api_slug": "sales",
    "parent_object": "companies",
    "workspace_access": "full-access",
    "workspace_member_access": [],
}
NOBODY = {"workspace_member_id": NOWHERE, "level": "full-access"}


def test_a_list_shows_its_parent_as_a_list(api: Api) -> None:
    """parent_object is sent as a word and read as an array; the slug is taken once."""
    shown = api("POST", "/v2/lists", {"data": LIST})["data"]

    assert ["companies"] == shown["parent_object"]
    assert [shown] == api("GET", "/v2/lists")["data"]
    assert (409, "slug_conflict") == api.refusal("POST", "/v2/lists", {"data": LIST})
    assert ["list.created"] == api.events("list.")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"parent_object": "nowhere"}, (404, "not_found")),
        ({"workspace_access": None}, (400, "validation_type")),
        ({"workspace_access": "some"}, (400, "validation_type")),
        ({"name": ""}, (400, "validation_type")),
        ({"workspace_member_access": [NOBODY]}, (400, "value_not_found")),
    ],
)
def test_lists_that_cannot_be_are_refused(api: Api, changes: Any, refusal: tuple[int, str]) -> None:
    """Somebody must keep full access, and the parent object and the members must exist."""
    assert refusal == api.refusal("POST", "/v2/lists", {"data": LIST | changes})


@pytest.mark.parametrize("changes", [{"workspace_access": "read-only"}, {"name": ""}])
def test_a_change_is_checked_as_a_new_list_is(api: Api, changes: Any) -> None:
    """Nothing is changed then."""
    made = api("POST", "/v2/lists", {"data": LIST})["data"]

    assert (400, "validation_type") == api.refusal("PATCH", "/v2/lists/sales", {"data": changes})
    assert made == api("GET", "/v2/lists/sales")["data"]


def test_a_private_list_belongs_to_a_member(api: Api) -> None:
    """No access for the workspace, all of it for one member; an unknown member is refused."""
    member = api.member["id"]["workspace_member_id"]
    access = [{"workspace_member_id": member, "level": "full-access"}]
    made = api(
        "POST", "/v2/lists", {"data": LIST | {"workspace_access": None, "workspace_member_access": access}}
    )
    changed = {"data": {"workspace_member_access": [NOBODY]}}

    assert None is made["data"]["workspace_access"]
    assert (400, "value_not_found") == api.refusal("PATCH", "/v2/lists/sales", changed)
    assert "S" == api("PATCH", "/v2/lists/sales", {"data": {"name": "S"}})["data"]["name"]
