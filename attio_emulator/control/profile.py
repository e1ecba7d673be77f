"""Control plane calls for how workspaces differ: standard objects that are off, stages of deals.

Also what people do to meetings in their calendars, which no call of the API does.
"""

from dataclasses import replace
from typing import Any

from attio_emulator.calls.routing import Answer, Call, Route, data, json_answer
from attio_emulator.changes.definitions import add_choice
from attio_emulator.contract.shapes import array, conform, one_of, shape, text
from attio_emulator.model.workspace import Workspace
from attio_emulator.routes.meetings import checked_times, find, show
from attio_emulator.values.meeting_times import POINT, point

OPTIONAL_OBJECTS = ("deals", "users", "workspaces")
PROFILE = shape(
    {},
    {"disabled_objects": array(one_of(*OPTIONAL_OBJECTS)), "deal_stages": array(text(1), 1)},
    closed=True,
)
MOVED = shape({"start": POINT, "end": POINT}, closed=True)


def set_profile(call: Call) -> Answer:
    """Switch standard objects off and the others on; give deals other stages."""
    given: dict[str, Any] = conform(call.json(), PROFILE)
    if "disabled_objects" in given:
        call.workspace.disabled = set(given["disabled_objects"])
    if "deal_stages" in given:
        set_stages(call.workspace, given["deal_stages"])
    return json_answer({"disabled_objects": sorted(call.workspace.disabled)})


def set_stages(workspace: Workspace, titles: list[str]) -> None:
    """Give deals these stages; other stages are archived, so that deals keep them."""
    deals = next(kind for kind in workspace.objects.values() if kind.slug == "deals")
    stage = deals.by_slug["stage"]
    for status in stage.statuses.values():
        status["is_archived"] = status["title"] not in titles
    known = {status["title"] for status in stage.statuses.values()}
    for title in titles:
        if title not in known:
            add_choice(workspace, deals, stage, {"title": title})
    deals.table.version += 1


def move_meeting(call: Call) -> Answer:
    """Move a meeting to another time, as its organiser does in a calendar."""
    meeting = find(call)
    given: dict[str, Any] = conform(call.json(), MOVED)
    start, end = (point(given[name], name, is_all_day=meeting.is_all_day) for name in ("start", "end"))
    moved = checked_times(replace(meeting, start=start, end=end))
    call.workspace.attachments.meetings.put(moved)
    return data(show(call, moved))


CONTROL_ROUTES = (
    Route("POST", "/_emulator/profile", set_profile, kind="write"),
    Route("POST", "/_emulator/meetings/{meeting_id}", move_meeting, kind="write"),
)
