"""What Attio says no to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integration_tests.attio_session.calling import NOWHERE

if TYPE_CHECKING:
    from integration_tests.attio_session.calling import Session

REFUSED: list[tuple[str, str, Any]] = [
    ("GET", "/v2/objects/nothing", None),
    ("PATCH", "/v2/objects/people", {"data": {}}),
    ("GET", "/v2/objects/people/attributes/nothing", None),
    ("POST", "/v2/objects/people/attributes", {"data": {}}),
    ("POST", "/v2/objects/people/attributes/name/options", {"data": {"title": "x"}}),
    ("PATCH", "/v2/objects/people/attributes/name", {"data": {"title": "x"}}),
    ("POST", "/v2/objects/people/records", {"data": {"values": {"nothing": 1}}}),
    ("POST", "/v2/objects/people/records", {"data": {"values": {"email_addresses": ["no"]}}}),
    (
        "POST",
        "/v2/objects/people/records",
        {"data": {"values": {"email_addresses": ["ada@lovelace.example.com"]}}},
    ),
    ("POST", "/v2/objects/deals/records", {"data": {"values": {"name": "D"}}}),
    ("GET", f"/v2/objects/people/records/{NOWHERE}", None),
    ("GET", "/v2/objects/people/records/nothing", None),
    ("DELETE", f"/v2/objects/people/records/{NOWHERE}", None),
    ("POST", "/v2/objects/people/records/query", {"filter": {"nothing": 1}}),
    (
        "POST",
        "/v2/objects/people/records/query",
        {"filter": {"phone_numbers": {"original_phone_number": "1"}}},
    ),
    ("POST", "/v2/objects/people/records/query", {"limit": 501}),
    ("GET", "/v2/lists/nothing", None),
    ("POST", "/v2/lists", {"data": {}}),
    ("POST", "/v2/lists/nothing/entries/query", {}),
    ("GET", f"/v2/lists/leads/entries/{NOWHERE}", None),
    ("GET", f"/v2/workspace_members/{NOWHERE}", None),
    ("POST", "/v2/notes", {"data": {"title": 1}}),
    ("POST", "/v2/tasks", {"data": {}}),
    ("POST", "/v2/comments", {"data": {}}),
    ("POST", "/v2/meetings", {"data": {}}),
    ("POST", "/v2/webhooks", {"data": {"target_url": "http://example.com", "subscriptions": []}}),
    ("GET", f"/v2/threads/{NOWHERE}", None),
    ("GET", f"/v2/meetings/{NOWHERE}", None),
    ("GET", "/v2/nothing", None),
    ("DELETE", "/v2/self", None),
]


def refusals(call: Session) -> None:
    """What Attio says no to."""
    for method, path, body in REFUSED:
        call(method, path, body)
    for params in ({"matching_attribute": "job_title"}, {"matching_attribute": "nothing"}, {}):
        call("PUT", "/v2/objects/people/records", {"data": {"values": {"job_title": "x"}}}, **params)


def without_token(call: Session) -> None:
    """What is said to somebody unknown."""
    call.token = "unknown"
    call("GET", "/v2/objects")
    call("GET", "/v2/self")
