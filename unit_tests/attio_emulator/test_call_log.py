"""The log of calls."""

from unit_tests.attio_emulator.calling import Api

PEOPLE = "/v2/objects/people/records"


def test_calls_are_written_down(api: Api) -> None:
    """With their kind and status; a query counts as a read. The control plane is not among them."""
    api("POST", f"{PEOPLE}/query", {})
    api.record("people", {})
    api.raw("GET", "/v2/nothing")
    log = api("GET", "/_emulator/calls")

    assert ["read", "write", "read"] == [each["kind"] for each in log["calls"]]
    assert {"read": 2, "write": 1, "all": 3, "200": 2, "404": 1} == log["counts"]
    assert 1 == len(api("GET", "/_emulator/calls?since=2")["calls"])
    assert [] == api("DELETE", "/_emulator/calls")["calls"]
