"""What hangs on records: notes, tasks, comments, meetings, files, and webhooks over all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration_tests.attio_session.calling import NOWHERE
from integration_tests.attio_session.records import person_id

if TYPE_CHECKING:
    from integration_tests.attio_session.calling import Session

BOUNDARY = "limit"


def notes(call: Session) -> None:
    """A note, from making to deleting."""
    person = person_id(call)
    new = {"parent_object": "people", "parent_record_id": person, "title": "T", "format": "markdown"}
    note = call.data("POST", "/v2/notes", {**new, "content": "# **Hello**"})
    call("GET", "/v2/notes")
    path = f"/v2/notes/{note['id']['note_id']}"
    call("GET", path)
    call("PATCH", path, {"data": {"title": "New"}})
    call("PATCH", path, {"data": {"format": "plaintext", "content": "Bye"}})
    call("DELETE", path)
    call("DELETE", path)


def tasks(call: Session) -> None:
    """A task, from making to deleting."""
    person = person_id(call)
    member = call("GET", "/v2/workspace_members")["data"][0]["email_address"]
    task = call.data(
        "POST",
        "/v2/tasks",
        {
            "content": "Call",
            "format": "plaintext",
            "deadline_at": "2026-06-01T09:00:00Z",
            "is_completed": False,
            "linked_records": [{"target_object": "people", "target_record_id": person}],
            "assignees": [{"workspace_member_email_address": member}],
        },
    )
    call("GET", "/v2/tasks", assignee=member, is_completed="false")
    path = f"/v2/tasks/{task['id']['task_id']}"
    call("GET", path)
    call("PATCH", path, {"data": {"is_completed": True}})
    call("DELETE", path)
    call("GET", path)


def comments(call: Session) -> None:
    """A thread on a record and one on an entry."""
    person = person_id(call)
    member = call("GET", "/v2/workspace_members")["data"][0]["id"]["workspace_member_id"]
    new = {"format": "plaintext", "content": "Nice", "author": {"type": "workspace-member", "id": member}}
    on_record = {"record": {"object": "people", "record_id": person}}
    first = call.data("POST", "/v2/comments", {**new, **on_record})
    call("POST", "/v2/comments", {"data": {**new, "thread_id": first["thread_id"]}})
    entry = call("POST", "/v2/lists/leads/entries/query", {})["data"][0]["id"]["entry_id"]
    call("POST", "/v2/comments", {"data": {**new, "entry": {"list": "leads", "entry_id": entry}}})
    call("GET", "/v2/threads", object="people", record_id=person)
    call("GET", "/v2/threads", list="leads", entry_id=entry)
    call("GET", f"/v2/threads/{first['thread_id']}")
    call("GET", f"/v2/comments/{first['id']['comment_id']}")
    call("DELETE", f"/v2/comments/{first['id']['comment_id']}")
    call("GET", f"/v2/comments/{first['id']['comment_id']}")


def meetings(call: Session) -> None:
    """Meetings with times and with days, and a recording of one."""
    ada = {"email_address": "ada@lovelace.example.com", "is_organizer": True, "status": "accepted"}
    point = {"datetime": "2026-06-01T14:00:00-04:00", "timezone": "America/New_York"}
    new = {
        "title": "M",
        "description": "",
        "start": point,
        "end": point,
        "is_all_day": False,
        "participants": [ada],
    }
    meeting = call.data("POST", "/v2/meetings", {**new, "external_ref": "e"})
    whole_day = {"start": {"date": "2026-06-01"}, "end": {"date": "2026-06-02"}, "is_all_day": True}
    other = call.data("POST", "/v2/meetings", {**new, **whole_day, "external_ref": "f"})
    call("GET", "/v2/meetings", limit=1)
    path = f"/v2/meetings/{meeting['id']['meeting_id']}"
    call("GET", path)
    linked = {"data": {"linked_records": [{"object": "people", "record_id": person_id(call)}]}}
    call("PATCH", path, linked)
    call("PUT", path, linked)
    recordings(call, path)
    call("DELETE", f"/v2/meetings/{other['id']['meeting_id']}")


def recordings(call: Session, path: str) -> None:
    """A recording of a meeting, and its transcript."""
    said = {"speech": "Hello", "start_time": 0, "end_time": 1.5, "speaker": {"name": "Ada"}}
    new_recording = {"video_url": "https://example.com/a.mp4", "transcript": [said]}
    recording = call.data("POST", f"{path}/call_recordings", new_recording)
    call("GET", f"{path}/call_recordings")
    one = f"{path}/call_recordings/{recording['id']['call_recording_id']}"
    call("GET", one)
    call("GET", f"{one}/transcript")
    call("DELETE", one)
    call("GET", one)


def files(call: Session) -> None:
    """A folder, a connected file, an upload and its download."""
    of = {"object": "people", "record_id": person_id(call)}
    folder = call("POST", "/v2/files", {**of, "file_type": "folder", "name": "Papers"})["data"]
    elsewhere = {"storage_provider": "dropbox", "external_provider_file_id": "x"}
    call("POST", "/v2/files", {**of, **elsewhere, "file_type": "connected-file"})
    call("POST", "/v2/files", {**of, **elsewhere, "file_type": "connected-folder"})
    form = {**of, "parent_folder_id": folder["id"]["file_id"]}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in form.items()
    ]
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n'
    raw = "".join([*parts, file, f"--{BOUNDARY}--\r\n"]).encode()
    uploaded = call.send("POST", "/v2/files/upload", raw, f"multipart/form-data; boundary={BOUNDARY}")["data"]
    call("GET", "/v2/files", **of)
    for each in (folder, uploaded):
        call("GET", f"/v2/files/{each['id']['file_id']}")
    call("GET", f"/v2/files/{uploaded['id']['file_id']}/download")
    call("DELETE", f"/v2/files/{folder['id']['file_id']}")
    call("GET", f"/v2/files/{folder['id']['file_id']}")


def webhooks(call: Session) -> None:
    """A subscription, from making to deleting."""
    condition = {"field": "id.object_id", "operator": "equals", "value": NOWHERE}
    subscriptions = [
        {"event_type": "record.updated", "filter": {"$and": [condition]}},
        {"event_type": "record.created", "filter": None},
    ]
    new = {"target_url": "https://example.com/hook", "subscriptions": subscriptions}
    webhook = call.data("POST", "/v2/webhooks", new)
    call("POST", "/v2/webhooks", {"data": new})
    call("GET", "/v2/webhooks")
    path = f"/v2/webhooks/{webhook['id']['webhook_id']}"
    call("GET", path)
    call("PATCH", path, {"data": {"target_url": "https://example.com/other"}})
    call("DELETE", path)
    call("GET", path)


def on_something_that_goes(call: Session) -> None:
    """A note and a task about a record whose whole object is deleted."""
    project = call("POST", "/v2/objects/projects/records/query", {"limit": 1})["data"][0]["id"]["record_id"]
    new = {"parent_object": "projects", "parent_record_id": project, "title": "T", "format": "plaintext"}
    call("POST", "/v2/notes", {"data": {**new, "content": "x"}})
    task = {
        "content": "x",
        "format": "plaintext",
        "deadline_at": None,
        "is_completed": False,
        "assignees": [],
    }
    call("POST", "/v2/tasks", {"data": {**task, "linked_records": [project]}})
    call("DELETE", "/v2/objects/projects")
    call("GET", "/v2/notes")
    call("GET", "/v2/tasks")
