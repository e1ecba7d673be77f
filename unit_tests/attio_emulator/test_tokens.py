"""Tokens in requests, and what their scopes allow."""

from attio_emulator.calls.request import Request
from unit_tests.attio_emulator.calling import Api

QUERY = "/v2/objects/people/records/query"


def test_basic_authentication_takes_the_token_as_user(api: Api) -> None:
    """The password stays empty; without any header the answer is 401."""
    request = Request(
        method="GET", path="/v2/objects", headers={"authorization": "Basic ZW11bGF0b3ItdG9rZW46"}
    )

    assert 200 == api.emulator.handle(request).answer.status
    assert 401 == api.emulator.handle(Request(method="GET", path="/v2/objects")).answer.status


def test_scopes_are_needed_and_read_write_includes_read(api: Api) -> None:
    """403 names what is missing; a reader may not write."""
    api.emulator.add_token("reader", scopes=("record_permission:read", "object_configuration:read-write"))
    body = {"data": {"values": {}}}

    assert [] == api("POST", QUERY, {}, token="reader")["data"]
    assert (403, "unauthorized") == api.refusal("POST", "/v2/objects/people/records", body, token="reader")
    assert (403, "unauthorized") == api.refusal("GET", "/v2/workspace_members", token="reader")
    assert (403, "unauthorized") == api.refusal("GET", "/v2/lists/x/attributes", token="reader")
