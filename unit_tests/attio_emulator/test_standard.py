"""What a fresh workspace has."""

from unit_tests.attio_emulator.calling import Api


def test_a_fresh_workspace_has_the_five_standard_objects(api: Api) -> None:
    """People, companies, deals, users and workspaces, listed by id, found by slug and by id."""
    listed = api("GET", "/v2/objects")["data"]
    ids = [each["id"]["object_id"] for each in listed]

    assert {"people", "companies", "deals", "users", "workspaces"} == {each["api_slug"] for each in listed}
    assert sorted(ids) == ids
    assert listed[0] == api("GET", f"/v2/objects/{ids[0]}")["data"]
