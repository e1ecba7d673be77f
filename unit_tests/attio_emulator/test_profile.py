"""Workspaces of another kind: objects that are off, stages of their own, meetings that are moved."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE, Api
from unit_tests.attio_emulator.test_lists import LIST
from unit_tests.attio_emulator.test_tasks import NEW

STATUSES = "/v2/objects/deals/attributes/stage/statuses"
LINK = {"target_object": "deals", "target_record_id": NOWHERE}
PARENT = {"parent_object": "deals", "parent_record_id": NOWHERE}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v2/objects/deals/records/query", {}),
        ("POST", "/v2/objects/deals/records", {"data": {"values": {"name": "D"}}}),
        ("GET", "/v2/objects/deals/attributes", None),
        ("GET", "/v2/objects/deals", None),
    ],
)
def test_an_object_that_is_off_is_refused_and_not_listed(api: Api, method: str, path: str, body: Any) -> None:
    """Its records can be neither queried nor written until an admin switches it on again."""
    api("POST", "/_emulator/profile", {"disabled_objects": ["deals"]})
    listed = [each["api_slug"] for each in api("GET", "/v2/objects")["data"]]
    refused = api.refusal(method, path, body)
    api("POST", "/_emulator/profile", {"disabled_objects": []})

    assert (400, "standard_object_disabled") == refused
    assert {"people", "companies", "users", "workspaces"} == set(listed)
    assert 5 == len(api("GET", "/v2/objects")["data"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        (
            "POST",
            "/v2/objects/records/search",
            {"query": "", "objects": ["deals"], "request_as": {"type": "workspace"}},
        ),
        ("PATCH", "/v2/objects/people/records/{person}", {"data": {"values": {"associated_deals": [LINK]}}}),
        (
            "POST",
            "/v2/objects/people/records/query",
            {
                "filter": {
                    "path": [["people", "associated_deals"], ["deals", "name"]],
                    "constraints": {"value": "D"},
                }
            },
        ),
        ("POST", "/v2/lists/pipeline/entries", {"data": {**PARENT, "entry_values": {}}}),
        ("POST", "/v2/tasks", {"data": {**NEW, "linked_records": [LINK]}}),
        ("POST", "/v2/notes", {"data": {**PARENT, "title": "", "format": "plaintext", "content": ""}}),
    ],
)
def test_an_object_that_is_off_is_refused_wherever_it_is_named(
    api: Api, method: str, path: str, body: Any
) -> None:
    """Its records cannot be searched, linked, filtered by, listed or written about, either."""
    person = api.record("people", {})
    api("POST", "/v2/lists", {"data": {**LIST, "api_slug": "pipeline", "parent_object": "deals"}})
    api("POST", "/_emulator/profile", {"disabled_objects": ["deals"]})

    assert (400, "standard_object_disabled") == api.refusal(method, path.format(person=person), body)


def test_a_record_of_an_object_that_is_off_is_not_found_by_its_value_or_id(api: Api) -> None:
    """The short form of a reference names the object as well; an id alone finds nothing."""
    user = api.record("users", {"user_id": "u-1", "primary_email_address": "ada@example.com"})
    workspace = api.record("workspaces", {"workspace_id": "w-1"})
    api("POST", "/_emulator/profile", {"disabled_objects": ["users"]})
    users = {"data": {"values": {"users": ["u-1"]}}}

    assert (400, "standard_object_disabled") == api.refusal(
        "PATCH", f"/v2/objects/workspaces/records/{workspace}", users
    )
    assert (404, "not_found") == api.refusal("POST", "/v2/tasks", {"data": {**NEW, "linked_records": [user]}})


def test_an_object_that_is_always_on_cannot_be_switched_off(api: Api) -> None:
    """People and companies are in every workspace."""
    assert (400, "validation_type") == api.refusal(
        "POST", "/_emulator/profile", {"disabled_objects": ["people"]}
    )


def test_a_workspace_has_stages_of_its_own(api: Api) -> None:
    """Only the stages given are left; a deal in another keeps it, and none can be put there any more."""
    deal = {"name": "D", "stage": "Lead", "owner": "ada@example.com"}
    old = api.record("deals", deal)
    api("POST", "/_emulator/profile", {"deal_stages": ["New", "Lost"]})
    titles = [each["title"] for each in api("GET", STATUSES)["data"]]
    held = api("GET", f"/v2/objects/deals/records/{old}")["data"]["values"]["stage"]

    assert {"New", "Lost"} == set(titles)
    assert "Lead" == held[0]["status"]["title"]
    assert (400, "value_not_found") == api.refusal(
        "POST", "/v2/objects/deals/records", {"data": {"values": deal}}
    )
    assert api.record("deals", {**deal, "stage": "New"})


def test_a_meeting_is_moved_to_another_time(api: Api) -> None:
    """It begins and ends at other times, and is otherwise the same; it cannot end before it begins."""
    point = "2026-02-0{}T10:00:00Z"
    body = {
        "title": "Review",
        "description": "",
        "is_all_day": False,
        "start": {"datetime": point.format(1)},
        "end": {"datetime": point.format(2)},
        "participants": [{"is_organizer": True, "status": "accepted", "name": "Grace"}],
    }
    made = api("POST", "/v2/meetings", {"data": body})["data"]
    target = f"/_emulator/meetings/{made['id']['meeting_id']}"
    times = {"start": {"datetime": point.format(3)}, "end": {"datetime": point.format(4)}}
    moved = api("POST", target, times)["data"]
    backwards = {"start": times["end"], "end": times["start"]}

    assert {**made, "start": moved["start"], "end": moved["end"]} == moved
    assert "2026-02-03" == moved["start"]["datetime"][:10]
    assert moved == api("GET", f"/v2/meetings/{made['id']['meeting_id']}")["data"]
    assert (400, "validation_type") == api.refusal("POST", target, backwards)


def test_a_dump_keeps_switches_and_objects_that_are_off(api: Api) -> None:
    """What a workspace is like goes with it."""
    api("POST", "/_emulator/profile", {"disabled_objects": ["users"]})
    api("POST", "/_emulator/switches", {"plan": "free"})
    dumped = api("GET", "/_emulator/dump")
    api("POST", "/_emulator/reset", {})
    api("POST", "/_emulator/load", dumped)

    assert 4 == len(api("GET", "/v2/objects")["data"])
    assert "free" == api("GET", "/_emulator/switches")["plan"]
