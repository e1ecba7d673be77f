"""Run by the interpreter of the `attio` client: reads all it can, so that its models judge the answers.

The client is generated from a younger OpenAPI than the one that is at hand elsewhere. Arguments: the address,
the token. Prints, as one line of JSON, how often each thing was read; an answer that a model refuses ends it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from attio import SDK

url, token = sys.argv[1:]
read: Counter[str] = Counter()


def kept(name: str, answer: Any) -> Any:
    """Count what was read, and hand it on."""
    read[name] += 1
    return answer.data


def definitions(sdk: SDK, target: str, slug: str) -> None:
    """The attributes of an object or a list, with their options and statuses."""
    attributes = sdk.attributes
    for each in kept(
        "attributes", attributes.get_v2_target_identifier_attributes(target=target, identifier=slug)
    ):
        place = {"target": target, "identifier": slug, "attribute": each.api_slug}
        if each.type == "select":
            kept("options", attributes.get_v2_target_identifier_attributes_attribute_options(**place))
        if each.type == "status":
            kept("statuses", attributes.get_v2_target_identifier_attributes_attribute_statuses(**place))


def records(sdk: SDK, slug: str) -> None:
    """The records of an object, and all that hangs on the first one."""
    found = kept("records", sdk.records.post_v2_objects_object_records_query(object=slug, limit=100))
    kept("views", sdk.objects.get_v2_objects_object_views(object=slug))
    for record in found[:1]:
        place = {"object": slug, "record_id": record.id.record_id}
        kept("record", sdk.records.get_v2_objects_object_records_record_id_(**place))
        kept("record entries", sdk.records.get_v2_objects_object_records_record_id_entries(**place))
        values = sdk.records.get_v2_objects_object_records_record_id_attributes_attribute_values
        kept("values", values(attribute="name", **place))
        kept("threads", sdk.threads.get_v2_threads(**place))
        kept("folder", sdk.files.post_v2_files(request={**place, "file_type": "folder", "name": "F"}))
        kept("upload", sdk.files.post_v2_files_upload(file={"file_name": "a", "content": b"x"}, **place))
        for file in kept("files", sdk.files.get_v2_files(**place)):
            kept("file", sdk.files.get_v2_files_file_id_(file_id=file.id.file_id))


def entries(sdk: SDK, slug: str) -> None:
    """A list and its entries."""
    kept("list", sdk.lists.get_v2_lists_list_(list_id=slug))
    kept("list views", sdk.lists.get_v2_lists_list_views(list_id=slug))
    for entry in kept("entries", sdk.entries.post_v2_lists_list_entries_query(list_id=slug, limit=100))[:1]:
        kept(
            "entry", sdk.entries.get_v2_lists_list_entries_entry_id_(list_id=slug, entry_id=entry.id.entry_id)
        )


def meeting(sdk: SDK) -> None:
    """An all-day meeting with a recording and its transcript."""
    points = {"start": {"date": "2026-06-01"}, "end": {"date": "2026-06-02"}, "is_all_day": True}
    somebody = {"name": "Ada", "is_organizer": True, "status": "accepted"}
    new = {"title": "M", "description": "", **points, "participants": [somebody]}
    meeting_id = kept("new meeting", sdk.meetings.post_v2_meetings(data=new)).id.meeting_id
    said = {"speech": "Hello", "start_time": 0, "end_time": 1, "speaker": {"name": "Ada"}}
    calls = sdk.call_recordings
    recording = calls.post_v2_meetings_meeting_id_call_recordings(
        meeting_id=meeting_id, data={"transcript": [said]}
    )
    one = {"meeting_id": meeting_id, "call_recording_id": recording.data.id.call_recording_id}
    kept("recordings", calls.get_v2_meetings_meeting_id_call_recordings(meeting_id=meeting_id))
    kept("recording", calls.get_v2_meetings_meeting_id_call_recordings_call_recording_id_(**one))
    kept("meetings", sdk.meetings.get_v2_meetings())


with SDK(oauth2=token, server_url=url) as client:
    for kind in kept("objects", client.objects.get_v2_objects()):
        definitions(client, "objects", kind.api_slug)
        records(client, kind.api_slug)
    for listing in kept("lists", client.lists.get_v2_lists()):
        definitions(client, "lists", listing.api_slug)
        entries(client, listing.api_slug)
    meeting(client)
    kept("notes", client.notes.get_v2_notes(limit=50))
    kept("tasks", client.tasks.get_v2_tasks())
    kept("members", client.workspace_members.get_v2_workspace_members())
sys.stdout.write(json.dumps(read))
