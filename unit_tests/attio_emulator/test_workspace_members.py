"""The members of a workspace."""

from unit_tests.attio_emulator.calling import NOWHERE, Api


def test_members_are_listed_and_read(api: Api) -> None:
    """There is one in a fresh workspace; an unknown id is 404, a malformed one 400."""
    member = api("GET", "/v2/workspace_members")["data"][0]
    target = f"/v2/workspace_members/{member['id']['workspace_member_id']}"

    assert member == api("GET", target)["data"]
    assert (404, "not_found") == api.refusal("GET", f"/v2/workspace_members/{NOWHERE}")
    assert (400, "validation_type") == api.refusal("GET", "/v2/workspace_members/ada")
