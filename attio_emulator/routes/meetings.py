"""Meetings: docs.attio.com/rest-api/endpoint-reference/meetings/list-meetings."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from attio_emulator.calls.bodies import moment, sent, with_status_code_in_camel_case
from attio_emulator.calls.paging import by_cursor
from attio_emulator.calls.routing import Answer, Call, Route, bad_query, data, json_answer
from attio_emulator.changes.links import PLAIN_LINKS, plain_links
from attio_emulator.contract.refusals import AttioRefusal, bad_value, not_found, refuse
from attio_emulator.contract.shapes import array, boolean, either, nullable, one_of, shape, text, uuid
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.attachments import Link, Meeting
from attio_emulator.values.meeting_times import POINT, begins, ends, point, zone

TRUTH = either(boolean(), one_of("true", "false"))
PARTICIPANT = shape(
    {"is_organizer": TRUTH, "status": one_of("accepted", "tentative", "declined", "pending")},
    {"email_address": nullable(text()), "name": text()},
)
EXTERNAL_REF = either(
    text(1),
    shape(
        {"ical_uid": text(), "provider": one_of("google", "microsoft"), "is_recurring": boolean()},
        {"original_start_time": text()},
    ),
)
NEW = shape(
    {
        "title": text(),
        "description": text(),
        "start": POINT,
        "end": POINT,
        "is_all_day": boolean(),
        "participants": array(PARTICIPANT, 1),
    },
    {"linked_records": PLAIN_LINKS, "external_ref": EXTERNAL_REF},
)
LINKED = shape({"linked_records": PLAIN_LINKS})


def show(call: Call, meeting: Meeting) -> JsonObject:
    """A meeting as Attio prints it."""
    participants: list[Json] = list(meeting.participants)
    linked: list[Json] = [
        {
            "object_slug": call.workspace.objects[object_id].slug,
            "object_id": object_id,
            "record_id": record_id,
        }
        for object_id, record_id in meeting.links
    ]
    return {
        "id": {"workspace_id": call.workspace.id, "meeting_id": meeting.key},
        "title": meeting.title,
        "description": meeting.description,
        "is_all_day": meeting.is_all_day,
        "start": meeting.start,
        "end": meeting.end,
        "participants": participants,
        "linked_records": linked,
        "created_at": meeting.created_at,
        "created_by_actor": meeting.created_by_actor,
    }


def find(call: Call) -> Meeting:
    """The meeting of the path."""
    meeting_id = call.uuid("meeting_id")
    meeting = call.workspace.attachments.meetings.get(meeting_id)
    if meeting is None:
        raise not_found("Meeting", meeting_id)
    return meeting


def participant(given: dict[str, Any], place: int) -> JsonObject:
    """A participant as Attio prints it; the name is used only where there is no address."""
    email, name = given.get("email_address"), given.get("name")
    if email is None and name is None:
        raise bad_value("Give an email_address or a name.", ["data", "participants", place])
    return {
        "status": given["status"],
        "is_organizer": given["is_organizer"] in (True, "true"),
        "email_address": None if email is None else email.strip().lower(),
        "name": name if email is None else None,
    }


def people_among(call: Call, participants: Iterable[JsonObject]) -> Iterator[Link]:
    """The people with the address of a participant, whom Attio links to the meeting automatically."""
    people = call.workspace.object("people")
    for each in participants:
        record = call.workspace.find_by_unique(people, "email_addresses", str(each["email_address"]))
        if record is not None:
            yield people.id, record.id


def viewer(call: Call) -> ZoneInfo:
    """The time zone in which all-day meetings are seen."""
    found = zone(call.query.get("timezone") or "UTC")
    if found is None:
        raise bad_query("timezone")
    return found


def linked_to(call: Call) -> Link | None:
    """The record that `linked_object` and `linked_record_id` name together."""
    object_name, record_id = call.query.get("linked_object"), call.query.get("linked_record_id")
    if object_name is None and record_id is None:
        return None
    if object_name is None or record_id is None or uuid()(record_id, ()):
        raise bad_query("linked_record_id")
    return call.workspace.object(object_name).id, record_id.lower()


def bound(call: Call, name: str) -> str | None:
    """A moment of the query string."""
    given = call.query.get(name)
    try:
        return moment(given, name) if given else None
    except AttioRefusal:
        raise bad_query(name) from None


def about(call: Call) -> Iterable[Meeting]:
    """The meetings with any of the participants or the linked record asked for; all when nothing is asked."""
    emails = {each.strip().lower() for each in call.query.get("participants", "").split(",") if each.strip()}
    link = linked_to(call)
    for meeting in call.workspace.attachments.meetings:
        present = {each["email_address"] for each in meeting.participants}
        if (not emails and link is None) or link in meeting.links or emails & present:
            yield meeting


def list_meetings(call: Call) -> Answer:
    """Meetings by their start, filtered by time, participants and linked record."""
    descending = call.choice("sort", default="start_asc", allowed=("start_asc", "start_desc")) == "start_desc"
    seen_from, ends_from, starts_before = viewer(call), bound(call, "ends_from"), bound(call, "starts_before")
    chosen = [
        meeting
        for meeting in about(call)
        if (ends_from is None or ends(meeting, seen_from) >= ends_from)
        and (starts_before is None or begins(meeting, seen_from) < starts_before)
    ]

    def key(meeting: Meeting) -> tuple[str, str]:
        return begins(meeting, seen_from), meeting.key

    chosen.sort(key=key, reverse=descending)
    return by_cursor(
        call,
        chosen,
        lambda meeting: show(call, meeting),
        key=key,
        default=50,
        maximum=200,
        descending=descending,
    )


def create_meeting(call: Call) -> Answer:
    """Make a meeting, or answer with the one that has the same external reference."""
    new = sent(call, NEW)
    reference = external_reference(new.get("external_ref"))
    meetings = call.workspace.attachments.meetings
    known = [each for each in meetings if reference is not None and each.external_ref == reference]
    return data(show(call, known[0] if known else meetings.put(made_of(call, new, reference))))


def external_reference(given: str | dict[str, Any] | None) -> str | None:
    """The external reference of a meeting as one text."""
    return None if given is None else json.dumps(given, sort_keys=True)


def made_of(call: Call, new: dict[str, Any], reference: str | None) -> Meeting:
    """A new meeting from a checked body."""
    participants = tuple(participant(each, place) for place, each in enumerate(new["participants"]))
    given = links_or_refusal(call, new.get("linked_records", []), "validation_type")
    links = (*given, *people_among(call, participants))
    meeting = Meeting(
        key=call.workspace.ids.next(),
        title=new["title"],
        description=new["description"],
        is_all_day=new["is_all_day"],
        start=point(new["start"], "start", is_all_day=new["is_all_day"]),
        end=point(new["end"], "end", is_all_day=new["is_all_day"]),
        participants=participants,
        links=tuple(dict.fromkeys(links)),
        external_ref=reference,
        created_by_actor=call.actor,
        created_at=call.now,
    )
    return checked_times(meeting)


def checked_times(meeting: Meeting) -> Meeting:
    """Return the meeting; refused where it ends before it starts."""
    utc = ZoneInfo("UTC")
    if ends(meeting, utc) < begins(meeting, utc):
        raise bad_value("A meeting cannot end before it starts.", ["data", "end"])
    return meeting


def read_meeting(call: Call) -> Answer:
    """One meeting."""
    return data(show(call, find(call)))


def links_or_refusal(call: Call, given: list[dict[str, str]], code: str) -> tuple[Link, ...]:
    """The records that a body names; a missing one is refused with the code documented for the endpoint."""
    try:
        return plain_links(call.workspace, given)
    except AttioRefusal as missing:
        raise refuse(code, missing.message) from None


def links_of_body(call: Call) -> tuple[Link, ...]:
    """The records that a change of a meeting names."""
    return links_or_refusal(call, sent(call, LINKED)["linked_records"], "value_not_found")


def add_links(call: Call) -> Answer:
    """Link more records."""
    old = find(call)
    return relinked(call, old, tuple(dict.fromkeys((*old.links, *links_of_body(call)))))


def replace_links(call: Call) -> Answer:
    """Link exactly these records."""
    return relinked(call, find(call), links_of_body(call))


def relinked(call: Call, meeting: Meeting, links: tuple[Link, ...]) -> Answer:
    """Store a meeting with other links."""
    return data(show(call, call.workspace.attachments.meetings.put(replace(meeting, links=links))))


def delete_meeting(call: Call) -> Answer:
    """Delete a meeting with its recordings; refused for one that was synced from a calendar."""
    meeting, attachments = find(call), call.workspace.attachments
    if meeting.created_by_actor["type"] == "system":
        raise refuse("system_edit_unauthorized", "A meeting synced from a calendar cannot be deleted.")
    for recording in attachments.call_recordings.on(meeting.key):
        attachments.call_recordings.drop(recording.key)
    attachments.meetings.drop(meeting.key)
    return json_answer({})


READ = ("meeting:read", "record_permission:read")
WRITE = ("meeting:read-write", "record_permission:read")
ONE = "/v2/meetings/{meeting_id}"
ROUTES = (
    Route("GET", "/v2/meetings", list_meetings, scopes=READ, workspace_level=True),
    Route("POST", "/v2/meetings", with_status_code_in_camel_case(create_meeting), scopes=WRITE, kind="write"),
    Route("GET", ONE, read_meeting, scopes=READ),
    Route("PATCH", ONE, add_links, scopes=WRITE, kind="write"),
    Route("PUT", ONE, replace_links, scopes=WRITE, kind="write"),
    Route("DELETE", ONE, delete_meeting, scopes=("meeting:read-write",), kind="write"),
)
