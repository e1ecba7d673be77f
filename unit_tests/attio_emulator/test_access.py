"""Tokens, scopes, limits, and what is answered to calls that make no sense."""

from typing import Any

import pytest

from attio_emulator.calls.request import Request
from attio_emulator.contract.wire import loads
from attio_emulator.emulator import Emulator
from unit_tests.attio_emulator.calling import Api

QUERY = "/v2/objects/people/records/query"


def test_a_live_token_says_whose_it_is(api: Api) -> None:
    """Scopes, workspace and the one who made it; never an expiry."""
    shown = api("GET", "/v2/self")

    assert (True, "workspace", None) == (shown["active"], shown["token_level"], shown["exp"])
    assert "record_permission:read-write" in shown["scope"].split()
    assert (shown["client_id"], shown["workspace_id"]) == (shown["aud"], shown["sub"])


def test_dead_tokens_are_inactive_and_refused(api: Api) -> None:
    """/v2/self answers 200 and nothing else; everything else answers 401."""
    api.emulator.add_token("revoked", active=False)
    for token in ("revoked", "0" * 64):
        assert {"active": False} == api("GET", "/v2/self", token=token)
        assert (401, "unauthorized") == api.refusal("GET", "/v2/objects", token=token)


@pytest.mark.parametrize("token", ["", "unknown", '"emulator-token"', "Bearer emulator-token", "0" * 63])
def test_a_text_that_is_no_token_is_not_recognised(api: Api, token: str) -> None:
    """/v2/self refuses it as a missing value; everything else answers 401."""
    assert (400, "missing_value") == api.refusal("GET", "/v2/self", token=token)
    assert (401, "unauthorized") == api.refusal("GET", "/v2/objects", token=token)


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


def test_workspaces_do_not_see_each_other(api: Api) -> None:
    """A token of another workspace finds nothing of the first one."""
    api("POST", "/_emulator/tokens", {"token": "other", "workspace": "other"})
    person = api.record("people", {})
    own = api("GET", "/v2/objects/people")["data"]["id"]["object_id"]

    assert [] == api("POST", QUERY, {}, token="other")["data"]
    assert (404, "not_found") == api.refusal("GET", f"/v2/objects/people/records/{person}", token="other")
    assert own != api("GET", "/v2/objects/people", token="other")["data"]["id"]["object_id"]


def test_members_are_listed_and_read(api: Api) -> None:
    """There is one in a fresh workspace; an unknown id is 404, a malformed one 400."""
    member = api("GET", "/v2/workspace_members")["data"][0]
    target = f"/v2/workspace_members/{member['id']['workspace_member_id']}"

    assert member == api("GET", target)["data"]
    assert (404, "not_found") == api.refusal(
        "GET", "/v2/workspace_members/00000000-0000-4000-8000-000000000000"
    )
    assert (400, "validation_type") == api.refusal("GET", "/v2/workspace_members/ada")


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/v2/nothing"),
        ("DELETE", "/v2/objects"),
        ("GET", "/"),
        ("PATCH", "/v2/self"),
        ("GET", "/_emulator/nothing"),
    ],
)
def test_unknown_routes_and_methods_are_404(api: Api, method: str, target: str) -> None:
    """The message names method and path."""
    answer = api.raw(method, target)
    shown = api.parsed(answer)

    assert (404, "not_found") == (answer.status, shown["code"])
    assert f"{method} {target}" in shown["message"]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"",
        b"[]",
        b"5",
        b"\xff\xfe",
        b'{"data":' * 3000,
        b"NaN",
        b'{"data": {"values": [1]}}',
        b'{"data": null}',
    ],
)
def test_malformed_bodies_are_refused(api: Api, raw: bytes) -> None:
    """What is no JSON object of the right shape is 400 validation_type."""
    request = Request.of("POST", "/v2/objects/people/records")
    answer = api.emulator.handle(
        Request(method="POST", path=request.path, headers=request.headers, body=raw)
    ).answer
    shown: Any = loads(answer.body)

    assert (400, "validation_type") == (answer.status, shown["code"])


def test_query_parameters_are_checked_when_they_are_known(api: Api) -> None:
    """An unknown one is ignored, a bad value of a known one refused."""
    target = "/v2/objects/people/attributes"

    assert 5 == len(api("GET", f"{target}?limit=5&colour=red")["data"])
    for bad in ("limit=x", "limit=-1", "offset=1.5", "show_archived=maybe"):
        assert (400, "validation_type") == api.refusal("GET", f"{target}?{bad}")


def limited() -> Api:
    emulator = Emulator(clock_mode="manual", limits=True)
    emulator.limits.by = "clock"
    return Api(emulator)


def test_writes_and_reads_have_limits_of_their_own() -> None:
    """25 writes and 100 reads a second; the next one is 429 with an HTTP date, and stores nothing."""
    api = limited()
    people = [api.raw("POST", "/v2/objects/people/records", {"data": {"values": {}}}) for _ in range(26)]
    read = [api.raw("POST", QUERY, {}).status for _ in range(101)]
    refused = api.parsed(people[25])

    assert [200] * 25 + [429] == [each.status for each in people]
    assert ("rate_limit_error", "rate_limit_exceeded") == (refused["type"], refused["code"])
    assert "Thu, 01 Jan 2026 09:00:01 GMT" == people[25].headers["retry-after"]
    assert [200] * 100 + [429] == read
    assert 25 == len(api.emulator.workspace.object("people").table.rows)


def test_limits_give_way_with_time() -> None:
    """A second later as many calls pass again."""
    api = limited()
    for _ in range(100):
        api("POST", QUERY, {})
    api.emulator.clock.advance(1)

    assert [200] * 100 + [429] == [api.raw("POST", QUERY, {}).status for _ in range(101)]


def test_some_endpoints_have_limits_of_their_own() -> None:
    """Notes are listed 10 times a second, records merged 5 times."""
    api = limited()
    body = {"data": {"primary_record_id": "x", "secondary_record_id": "x"}}
    merges = [api.raw("POST", "/v2/objects/people/records/merge", body).status for _ in range(6)]

    assert [200] * 10 + [429] == [api.raw("GET", "/v2/notes").status for _ in range(11)]
    assert [400] * 5 + [429] == merges


def test_queries_may_cost_a_score() -> None:
    """On demand what sorted queries cost in ten seconds is limited; those without sorts are free."""
    api = limited()
    api("POST", "/_emulator/limits", {"query_score": 200})
    body = {"sorts": [{"attribute": "created_at", "direction": "asc"}]}
    answers = [api.raw("POST", QUERY, body) for _ in range(3)]
    free = api.raw("POST", QUERY, {})
    api("POST", "/_emulator/clock", {"advance_seconds": 10})

    assert [200, 200, 429] == [each.status for each in answers]
    assert ("84", "0") == tuple(each.headers["x-attio-record-query-score"] for each in (answers[0], free))
    assert 200 == api.raw("POST", QUERY, body).status


def test_a_browser_may_ask_from_anywhere(api: Api) -> None:
    """Answers, refusals and preflights carry the headers that let a page of another origin read them."""
    answers = [
        api.raw("GET", "/v2/objects"),
        api.raw("GET", "/v2/objects", token="0" * 64),
        api.raw("GET", "/v2/nothing"),
        api.raw("OPTIONS", "/v2/objects/people/records"),
    ]

    assert [200, 401, 404, 204] == [each.status for each in answers]
    assert ["*"] * 4 == [each.headers["access-control-allow-origin"] for each in answers]
    assert "PATCH" in answers[-1].headers["access-control-allow-methods"]


def test_webhook_calls_do_not_say_how_accurate_they_are(api: Api) -> None:
    """The moment of accuracy is on every other answer, in microseconds."""
    others = api.raw("GET", "/v2/objects").headers["x-accurate-at"]

    assert others.endswith("000Z")
    assert "x-accurate-at" not in api.raw("GET", "/v2/webhooks").headers
