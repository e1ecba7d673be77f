"""Several workspaces in one emulator."""

from unit_tests.attio_emulator.calling import Api

QUERY = "/v2/objects/people/records/query"


def test_workspaces_do_not_see_each_other(api: Api) -> None:
    """A token of another workspace finds nothing of the first one."""
    api("POST", "/_emulator/tokens", {"token": "other", "workspace": "other"})
    person = api.record("people", {})
    own = api("GET", "/v2/objects/people")["data"]["id"]["object_id"]

    assert [] == api("POST", QUERY, {}, token="other")["data"]
    assert (404, "not_found") == api.refusal("GET", f"/v2/objects/people/records/{person}", token="other")
    assert own != api("GET", "/v2/objects/people", token="other")["data"]["id"]["object_id"]
