"""Failures that tests order: which calls they strike, and what is answered."""

from typing import Any

import pytest

from attio_emulator.calls.request import Request
from unit_tests.attio_emulator.calling import Api

PEOPLE = "/v2/objects/people/records"


def test_ordered_failures_strike_as_often_as_told(api: Api) -> None:
    """By method and path; after skip, every n-th time, count times; nothing is processed."""
    fault = {"kind": "status", "method": "POST", "path": "/v2/objects/*/records", "status": 503}
    api("POST", "/_emulator/faults", {**fault, "skip": 1, "every": 2, "count": 2})
    answers = [api.raw("POST", PEOPLE, {"data": {"values": {}}}).status for _ in range(7)]
    listed = api("DELETE", "/_emulator/faults")["faults"]

    assert [200, 503, 200, 503, 200, 200, 200] == answers
    assert 5 == len(api("POST", f"{PEOPLE}/query", {})["data"])
    assert [] == listed


def test_ordered_429s_carry_a_date(api: Api) -> None:
    """Attio never sends one without, so neither does the emulator."""
    api("POST", "/_emulator/faults", {"kind": "status", "status": 429, "retry_after_seconds": 7})
    answer = api.raw("GET", "/v2/self")

    assert 429 == answer.status
    assert "Thu, 01 Jan 2026 09:00:07 GMT" == answer.headers["retry-after"]


def test_broken_answers_are_told_apart_by_what_was_done(api: Api) -> None:
    """A dropped call did nothing, one whose answer was lost did everything, garbage is 200 and no JSON."""
    outcomes = []
    for kind in ("drop", "lost_answer", "cut", "garbage"):
        api("POST", "/_emulator/faults", {"kind": kind, "count": 1})
        outcomes.append(api.emulator.handle(Request.of("POST", PEOPLE, body={"data": {"values": {}}})))

    assert ["drop", "lost_answer", "cut", None] == [each.breaks for each in outcomes]
    assert (200, False) == (outcomes[3].answer.status, outcomes[3].answer.body.startswith(b"{"))
    assert 2 == len(api("POST", f"{PEOPLE}/query", {})["data"])


def test_a_status_may_be_answered_after_the_call_was_processed(api: Api) -> None:
    """As a gateway does that gave up waiting; the call is counted once, with the status that was answered."""
    api("POST", "/_emulator/faults", {"kind": "status", "status": 503, "processed": True, "count": 1})
    answer = api.raw("POST", PEOPLE, {"data": {"values": {}}})

    assert (503, b"Service Unavailable") == (answer.status, answer.body)
    assert 1 == len(api("POST", f"{PEOPLE}/query", {})["data"])
    assert [503, 200] == [one["status"] for one in api("GET", "/_emulator/calls")["calls"]]


@pytest.mark.parametrize(
    ("order", "body"),
    [
        ({"status": 503}, b"Service Unavailable"),
        ({"status": 502}, b"Bad Gateway"),
        ({"status": 503, "json": True}, None),
        ({"status": 500, "code": "internal_error"}, None),
        ({"status": 409}, None),
    ],
)
def test_an_ordered_server_error_is_plain_text(api: Api, order: dict[str, Any], body: bytes | None) -> None:
    """A 5xx is its reason phrase unless JSON is asked for; a refusal below 500 is always JSON."""
    api("POST", "/_emulator/faults", {"kind": "status", "path": "/v2/self", **order})
    answer = api.raw("GET", "/v2/self")

    assert order["status"] == answer.status
    if body is None:
        assert order["status"] == api.parsed(answer)["status_code"]
    else:
        assert (body, "text/plain; charset=utf-8") == (answer.body, answer.headers["content-type"])


@pytest.mark.parametrize(
    ("order", "type_", "code"),
    [
        ({"status": 400}, "invalid_request_error", "validation_type"),
        ({"status": 400, "code": "merge_in_progress"}, "invalid_request_error", "merge_in_progress"),
        ({"status": 401}, "auth_error", "unauthorized"),
        ({"status": 403}, "auth_error", "unauthorized"),
        ({"status": 403, "code": "quota_exceeded"}, "auth_error", "quota_exceeded"),
        ({"status": 404}, "invalid_request_error", "not_found"),
        ({"status": 409}, "invalid_request_error", "concurrent_write_conflict"),
        ({"status": 413}, "invalid_request_error", "validation_type"),
        ({"status": 429}, "rate_limit_error", "rate_limit_exceeded"),
        ({"status": 500, "json": True}, "invalid_request_error", "internal_error"),
    ],
)
def test_an_ordered_refusal_is_one_that_attio_could_give(
    api: Api, order: dict[str, Any], type_: str, code: str
) -> None:
    """Its type goes with its status, and so does its code unless another one is ordered."""
    api("POST", "/_emulator/faults", {"kind": "status", "path": "/v2/self", **order})
    shown = api.parsed(api.raw("GET", "/v2/self"))

    assert (order["status"], type_, code) == (shown["status_code"], shown["type"], shown["code"])
