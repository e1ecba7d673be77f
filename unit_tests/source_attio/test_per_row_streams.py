"""Streams that ask once per record or meeting: histories, comments, recordings."""

import itertools
from typing import Any

from unit_tests.source_attio.engine_bench import bench, edit
from unit_tests.source_attio.harness import Bench


def remarked() -> tuple[Bench, str]:
    """One company, with an attribute whose history is wanted."""
    made = bench(1, history_attributes=["companies.remark"])
    remark = {"title": "Remark", "api_slug": "remark", "type": "text", "description": None, "config": {}}
    flags = dict.fromkeys(("is_required", "is_unique", "is_multiselect"), False)
    made.api("POST", "/v2/objects/companies/attributes", {"data": remark | flags})
    (record,) = made.api("POST", "/v2/objects/companies/records/query", {})
    return made, record["id"]["record_id"]


def test_a_value_that_ended_outranks_itself_after_a_kill() -> None:
    """A cleared value shows in no time of its record, and a sync that was killed has left no state."""
    made, record_id = remarked()
    edit(made, record_id, remark="So far")
    delivered = made.sync(["attribute_values_history"], killed_after=2)
    edit(made, record_id, remark=None)
    made.sync(["attribute_values_history"])

    assert [None] == [row["active_until"] for row in delivered]
    (kept,) = made.tables["attribute_values_history"].values()
    assert kept["active_until"]
    assert kept["_changed_at"] == kept["active_until"] > delivered[0]["_changed_at"]


def test_a_long_history_is_read_whole() -> None:
    """Attio does not say how many values it tells at once, so a history is read page by page."""
    made, record_id = remarked()
    for number in range(130):
        edit(made, record_id, remark=f"Remark {number}")
    values = [
        each.record.data["value"] for each in made.messages(["attribute_values_history"]) if each.record
    ]

    assert [f"Remark {number}" for number in range(130)] == values


def test_a_thread_that_goes_meanwhile_takes_no_other_with_it() -> None:
    """When a long thread is deleted between the listing and its own page, the others are delivered."""
    made = bench(1, include_comments=True)
    company = made.api("POST", "/v2/objects/companies/records/query", {})[0]["id"]["record_id"]
    author = {"type": "workspace-member", "id": next(iter(made.emulator.workspace.members))}

    def comment(**place: Any) -> str:
        said = {"format": "plaintext", "content": "x", "author": author, **place}
        return str(made.api("POST", "/v2/comments", {"data": said})["id"]["comment_id"])

    place = {"object": "companies", "record_id": company}
    long, other = comment(record=place), comment(record=place)
    for _ in range(80):
        comment(thread_id=long)
    later(made, 2, "DELETE", f"/v2/comments/{long}")

    assert [other] == [row["comment_id"] for row in made.sync(["comments"])]


def test_a_recording_that_goes_meanwhile_takes_no_other_with_it() -> None:
    """When one of a meeting's recordings is deleted while they are read, the others are delivered."""
    made = bench()
    point = {"datetime": "2026-03-01T09:00:00.000000000Z", "timezone": "UTC"}
    somebody = {"email_address": "ada@example.com", "is_organizer": True, "status": "accepted"}
    times = {"start": point, "end": point, "is_all_day": False}
    meeting = {"title": "x", "description": "", "participants": [somebody], **times}
    path = f"/v2/meetings/{made.api('POST', '/v2/meetings', {'data': meeting})['id']['meeting_id']}"
    ids = []
    for number in range(3):
        recording = {"data": {"video_url": f"https://example.com/{number}.mp4"}}
        ids.append(made.api("POST", f"{path}/call_recordings", recording)["id"]["call_recording_id"])
    later(made, 2, "DELETE", f"{path}/call_recordings/{ids[1]}")

    assert {ids[0], ids[2]} == {row["call_recording_id"] for row in made.sync(["call_recordings"])}


def later(made: Bench, answers: int, method: str, path: str) -> None:
    """Let somebody call once after so many answers that hold rows."""
    count = itertools.count(1)
    made.adapter.after_answer = lambda: made.api(method, path) if next(count) == answers else None
