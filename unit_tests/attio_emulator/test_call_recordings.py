"""Recordings of calls, and their transcripts."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_meetings import NEW

SAID = [
    {
        "speech": f"word {n}",
        "start_time": n,
        "end_time": n + 1,
        "speaker": {"name": "Ada", "email_address": "a@b.co"},
    }
    for n in range(150)
]


@pytest.fixture
def recordings(api: Api) -> str:
    meeting = api("POST", "/v2/meetings", {"data": NEW})["data"]
    return f"/v2/meetings/{meeting['id']['meeting_id']}/call_recordings"


def test_a_recording_is_processed_and_told_of(api: Api, recordings: str) -> None:
    """The answer says processing; afterwards it is completed, and the event comes from the system."""
    made = api("POST", recordings, {"data": {"video_url": "https://example.com/call.mp4"}})["data"]
    (listed,) = api("GET", recordings)["data"]

    assert {**made, "status": "completed"} == listed
    assert "processing" == made["status"]
    told = api.last_event()
    assert ("call-recording.created", {"type": "system", "id": None}) == (told["event_type"], told["actor"])


def test_a_transcript_is_read_whole_or_by_pages(api: Api, recordings: str) -> None:
    """One recording carries its transcript; the transcript's own endpoint gives it by pages."""
    made = api("POST", recordings, {"data": {"transcript": SAID}})["data"]
    path = f"{recordings}/{made['id']['call_recording_id']}"
    whole = api("GET", path)["data"]["transcript"]
    first = api("GET", f"{path}/transcript")
    second = api("GET", f"{path}/transcript?cursor={first['pagination']['next_cursor']}")

    assert [{**segment, "speaker": {"name": "Ada"}} for segment in SAID] == whole["segments"]
    assert whole["segments"] == first["data"]["transcript"] + second["data"]["transcript"]
    assert whole["raw_transcript"] == second["data"]["raw_transcript"]
    assert None is second["pagination"]["next_cursor"]


def test_a_deleted_recording_answers_204(api: Api, recordings: str) -> None:
    """Deleting a recording has an empty answer; without a transcript it had null for one."""
    made = api("POST", recordings, {"data": {"video_url": "https://example.com/call.mp4"}})["data"]
    path = f"{recordings}/{made['id']['call_recording_id']}"
    read = api("GET", path)["data"]
    answer = api.raw("DELETE", path)

    assert (None, None) == (read["transcript"], read["video_url"])
    assert (204, b"") == (answer.status, answer.body)
    assert (404, "not_found") == api.refusal("GET", path)


@pytest.mark.parametrize("new", [{}, {"video_url": "http://example.com/call.mp4"}, {"transcript": [{}]}])
def test_what_a_recording_may_not_say(api: Api, recordings: str, new: dict[str, Any]) -> None:
    """A recording has a video over https, or a transcript."""
    assert (400, "validation_type") == api.refusal("POST", recordings, {"data": new})
