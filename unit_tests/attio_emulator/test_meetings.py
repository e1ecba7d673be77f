from collections.abc import Callable
from typing import Any

import pytest

from attio_emulator.model.attachments import Meeting
from unit_tests.attio_emulator.calling import NOWHERE, Api

Write = Callable[..., Any]
NEW = {
    "title": "Planning",
    "description": "",
    "start": {"datetime": "2026-06-01T14:00:00-04:00", "timezone": "America/New_York"},
    "end": {"datetime": "2026-06-01T15:00:00-04:00", "timezone": "America/New_York"},
    "is_all_day": False,
    "participants": [{"is_organizer": True, "status": "accepted", "name": "Grace"}],
}


@pytest.fixture
def write(api: Api) -> Write:
    return lambda **changes: api("POST", "/v2/meetings", {"data": {**NEW, **changes}})["data"]


def on(day: str, end: str) -> dict[str, Any]:
    return {"start": {"date": day}, "end": {"date": end}, "is_all_day": True}


def at(moment: str) -> dict[str, Any]:
    return {"start": {"datetime": moment}, "end": {"datetime": moment}}


def titles(api: Api, query: str = "") -> list[str]:
    return [meeting["title"] for meeting in api("GET", f"/v2/meetings?{query}")["data"]]


def test_participants_are_known_by_address_or_by_name(api: Api, write: Write) -> None:
    """An address is normalised and hides the name; people with that address are linked by themselves."""
    person = api.record("people", {"email_addresses": ["ada@lovelace.example.com"]})
    given = {"is_organizer": "true", "status": "accepted"}
    meeting = write(
        participants=[
            {**given, "email_address": "Ada@lovelace.example.com", "name": "Ada"},
            {**given, "name": "Bob"},
        ]
    )

    assert [("ada@lovelace.example.com", None), (None, "Bob")] == [
        (each["email_address"], each["name"]) for each in meeting["participants"]
    ]
    assert [("people", person)] == [
        (link["object_slug"], link["record_id"]) for link in meeting["linked_records"]
    ]


def test_meetings_come_by_their_start_and_page_by_page(api: Api, write: Write) -> None:
    """Ascending unless asked otherwise; pages follow cursors though a meeting goes away meanwhile."""
    for day in (3, 1, 2):
        write(title=str(day), **at(f"2026-06-0{day}T09:00:00Z"))
    write(title="2 all day", **on("2026-06-02", "2026-06-03"))
    page = api("GET", "/v2/meetings?limit=2")
    api("DELETE", f"/v2/meetings/{page['data'][1]['id']['meeting_id']}")
    rest = api("GET", f"/v2/meetings?limit=2&cursor={page['pagination']['next_cursor']}")

    assert ["1", "2 all day"] == [meeting["title"] for meeting in page["data"]]
    assert ["2", "3"] == [meeting["title"] for meeting in rest["data"]]
    assert None is rest["pagination"]["next_cursor"]
    assert ["3", "2", "1"] == titles(api, "sort=start_desc")


def test_meetings_are_filtered_by_time(api: Api, write: Write) -> None:
    """`ends_from` includes its moment, `starts_before` does not, and days depend on the zone of who looks."""
    write(title="morning", **at("2026-06-01T09:00:00Z"))
    write(title="day", **on("2026-06-01", "2026-06-02"))

    assert ["morning"] == titles(
        api, "ends_from=2026-06-01T09:00:00Z&starts_before=2026-06-01T09:00:01Z&sort=start_desc"
    )[:1]
    assert ["day"] == titles(api, "starts_before=2026-06-01T09:00:00Z")
    assert [] == titles(api, "ends_from=2026-06-02T00:00:01Z")
    assert ["day"] == titles(api, "ends_from=2026-06-02T00:00:01Z&timezone=America/New_York")
    for query in ("timezone=Nowhere", "ends_from=soon", "cursor=x", "limit=201", "sort=title"):
        refused = api.parsed(api.raw("GET", f"/v2/meetings?{query}"))
        assert ("validation_type", [query.partition("=")[0]]) == (
            refused["code"],
            refused["validation_errors"][0]["path"],
        )


def test_participants_and_links_are_joined_with_or(api: Api, write: Write) -> None:
    """A meeting is listed when any of the addresses takes part or the record is linked."""
    person = api.record("people", {"name": "Lovelace, Ada"})
    bob = {"email_address": "bob@example.com", "is_organizer": False, "status": "pending"}
    write(title="bob", participants=[bob])
    write(title="ada", linked_records=[{"object": "people", "record_id": person}])
    write(title="nobody")
    linked = f"linked_object=people&linked_record_id={person}"

    assert ["ada"] == titles(api, linked)
    assert ["bob"] == titles(api, "participants=BOB@example.com,x@example.com")
    assert {"ada", "bob"} == set(titles(api, f"{linked}&participants=bob@example.com"))


def test_an_event_of_another_calendar_is_made_once(write: Write) -> None:
    """The same external reference finds the meeting that is there already, whatever else is sent."""
    reference = {"ical_uid": "u", "provider": "google", "is_recurring": False}

    assert write(external_ref=reference) == write(external_ref=reference, title="Other")
    assert write(external_ref="a")["id"] != write(external_ref="b")["id"]


def test_links_are_added_or_replaced(api: Api, write: Write) -> None:
    """PATCH adds links, PUT replaces them, and neither changes anything else."""
    ada, bob = (api.record("people", {"name": name}) for name in ("A", "B"))
    meeting = write(linked_records=[{"object": "people", "record_id": ada}])
    path = f"/v2/meetings/{meeting['id']['meeting_id']}"
    change = {"data": {"linked_records": [{"object": "people", "record_id": bob}]}}

    def linked(method: str) -> list[str]:
        return [link["record_id"] for link in api(method, path, change)["data"]["linked_records"]]

    assert [[ada, bob], [bob]] == [linked("PATCH"), linked("PUT")]
    missing = {"data": {"linked_records": [{"object": "people", "record_id": NOWHERE}]}}
    for method in ("PATCH", "PUT"):
        assert (400, "value_not_found") == api.refusal(method, path, missing)
        assert (400, "validation_type") == api.refusal(method, path, {"data": {}})


def test_a_synced_meeting_cannot_be_deleted(api: Api, write: Write) -> None:
    """Meetings made by the system, as the calendar's are, are refused; others go with their recordings."""
    mine = write()["id"]["meeting_id"]
    meetings = api.emulator.workspace.attachments.meetings
    own: Any = meetings.get(mine)
    members = {name: getattr(own, name) for name in Meeting.__slots__}
    meetings.put(Meeting(**{**members, "key": NOWHERE, "created_by_actor": {"type": "system", "id": None}}))

    assert {} == api("DELETE", f"/v2/meetings/{mine}")
    assert (400, "system_edit_unauthorized") == api.refusal("DELETE", f"/v2/meetings/{NOWHERE}")


@pytest.mark.parametrize(
    "changes",
    [
        {"start": {"date": "2026-06-01"}},
        {"start": {"datetime": "tomorrow"}},
        {"start": {"datetime": "2026-06-01T15:00:01-04:00"}},
        {"is_all_day": True},
        on("2026-02-30", "2026-03-01"),
        {"participants": []},
        {"participants": [{"is_organizer": True, "status": "accepted"}]},
        {"participants": [{"is_organizer": "maybe", "status": "accepted", "name": "Bob"}]},
        {"title": None},
        {"linked_records": [{"object": "people", "record_id": NOWHERE}]},
    ],
)
def test_what_a_meeting_may_not_say(api: Api, changes: dict[str, Any]) -> None:
    """Days for all-day meetings, times for others, an end after the start, links that lead somewhere."""
    answer = api.raw("POST", "/v2/meetings", {"data": {**NEW, **changes}})

    assert (400, True) == (answer.status, b'"statusCode":400' in answer.body)
    assert [] == titles(api)
