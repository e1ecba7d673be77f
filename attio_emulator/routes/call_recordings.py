"""Call recordings and transcripts.

Source: docs.attio.com/rest-api/endpoint-reference/call-recordings/list-call-recordings.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from attio_emulator.calls.bodies import sent
from attio_emulator.calls.paging import by_cursor, read_cursor, write_cursor
from attio_emulator.calls.routing import Answer, Call, Route, bad_query, data, json_answer
from attio_emulator.changes.documents import APP
from attio_emulator.contract.refusals import bad_value, not_found
from attio_emulator.contract.shapes import array, number, shape, text
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.attachments import CallRecording
from attio_emulator.model.workspace import SYSTEM
from attio_emulator.routes import meetings

SEGMENTS_PER_PAGE = 100
SEGMENT = shape(
    {
        "speech": text(),
        "start_time": number(),
        "end_time": number(),
        "speaker": shape({"name": text()}, {"email_address": text()}),
    }
)
NEW = shape({}, {"video_url": text(1), "transcript": array(SEGMENT)})


def show(call: Call, recording: CallRecording) -> JsonObject:
    """A recording as listings print it."""
    return {
        "id": {
            "workspace_id": call.workspace.id,
            "meeting_id": recording.meeting_id,
            "call_recording_id": recording.key,
        },
        "status": recording.status,
        "web_url": web_url(call, recording),
        "created_by_actor": recording.created_by_actor,
        "created_at": recording.created_at,
    }


def web_url(call: Call, recording: CallRecording) -> str:
    """The address of a recording in Attio's application."""
    return f"{APP}/{call.workspace.slug}/calls/{recording.meeting_id}/{recording.key}"


def find(call: Call) -> CallRecording:
    """The recording of the path, of the meeting of the path."""
    meeting = meetings.find(call)
    recording_id = call.uuid("call_recording_id")
    recording = call.workspace.attachments.call_recordings.get(recording_id)
    if recording is None or recording.meeting_id != meeting.key:
        raise not_found("Call recording", recording_id)
    return recording


def list_recordings(call: Call) -> Answer:
    """The recordings of a meeting, oldest first."""
    recordings = call.workspace.attachments.call_recordings.on(meetings.find(call).key)
    return by_cursor(
        call,
        recordings,
        lambda recording: show(call, recording),
        key=lambda recording: (recording.created_at, recording.key),
        default=50,
        maximum=200,
    )


def create_recording(call: Call) -> Answer:
    """Store a recording as completed; the answer says `processing`, as Attio's does."""
    meeting, new = meetings.find(call), sent(call, NEW)
    if "video_url" not in new and "transcript" not in new:
        raise bad_value("Give a video_url or a transcript.", ["data", "video_url"])
    if not new.get("video_url", "https://").startswith("https://"):
        raise bad_value("The video_url must start with https://.", ["data", "video_url"])
    recording = CallRecording(
        key=call.workspace.ids.next(),
        meeting_id=meeting.key,
        status="completed",
        transcript=tuple(new.get("transcript", [])),
        created_by_actor=call.actor,
        created_at=call.now,
    )
    call.workspace.attachments.call_recordings.put(recording)
    ids: JsonObject = {"meeting_id": meeting.key, "call_recording_id": recording.key}
    call.workspace.emit("call-recording.created", ids, SYSTEM)
    return data({**show(call, recording), "status": "processing"})


def read_recording(call: Call) -> Answer:
    """One recording with its transcript; `video_url` is always null."""
    recording = find(call)
    transcript: JsonObject | None = None
    if recording.transcript:
        transcript = {"segments": shown(recording.transcript), "raw_transcript": raw_transcript(recording)}
    return data({**show(call, recording), "video_url": None, "transcript": transcript})


def delete_recording(call: Call) -> Answer:
    """Delete a recording; the one endpoint that answers 204."""
    call.workspace.attachments.call_recordings.drop(find(call).key)
    return Answer(status=204, body=b"")


def read_transcript(call: Call) -> Answer:
    """The transcript, by pages."""
    recording = find(call)
    first = place_in(read_cursor(call))
    rest = recording.transcript[first:]
    following = first + SEGMENTS_PER_PAGE
    more = len(rest) > SEGMENTS_PER_PAGE
    transcript: JsonObject = {
        "id": show(call, recording)["id"],
        "transcript": shown(rest[:SEGMENTS_PER_PAGE]),
        "raw_transcript": raw_transcript(recording),
        "web_url": web_url(call, recording),
    }
    cursor = write_cursor((str(following), "")) if more else None
    return json_answer({"data": transcript, "pagination": {"next_cursor": cursor}})


def shown(segments: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Segments as Attio prints them, with the name of each speaker only."""
    return [{**segment, "speaker": {"name": segment["speaker"]["name"]}} for segment in segments]


def raw_transcript(recording: CallRecording) -> str:
    """The transcript as text, a line for each segment; the form is a guess, as Attio's is not published."""
    segments: Iterable[Mapping[str, Any]] = recording.transcript
    return "\n".join(f"{segment['speaker']['name']}: {segment['speech']}" for segment in segments)


def place_in(cursor: tuple[str, str] | None) -> int:
    """The number of the segment at a cursor; 0 without one."""
    if cursor is None:
        return 0
    if not cursor[0].isdecimal():
        raise bad_query("cursor")
    return int(cursor[0])


ALL = "/v2/meetings/{meeting_id}/call_recordings"
ONE = ALL + "/{call_recording_id}"
READ = ("meeting:read", "call_recording:read")
WRITE = ("meeting:read", "call_recording:read-write")
ROUTES = (
    Route("GET", ALL, list_recordings, scopes=READ),
    Route("POST", ALL, create_recording, scopes=WRITE, kind="write", per_second=1, paid=True),
    Route("GET", ONE, read_recording, scopes=READ),
    Route("DELETE", ONE, delete_recording, scopes=WRITE, kind="write"),
    Route("GET", ONE + "/transcript", read_transcript, scopes=READ, workspace_level=True),
)
