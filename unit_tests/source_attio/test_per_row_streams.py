"""Streams that ask once per record or meeting: histories, comments, recordings."""

import itertools
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from unittest import mock

import pytest

from attio_emulator.emulator import Emulator
from source_attio.streams import history
from unit_tests.source_attio.engine_bench import bench, edit
from unit_tests.source_attio.harness import Bench
from unit_tests.source_attio.test_vanished import some
from unit_tests.source_attio.world import World

HISTORY = "attribute_values_history"


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
    edit(made, record_id, remark=[])
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


def moved_on() -> Bench:
    """A deal that went from one stage to the next, and whose history is wanted."""
    made = bench(history_attributes=["deals.stage"])
    member = made.api("GET", "/v2/workspace_members")[0]["id"]["workspace_member_id"]
    owner = {"referenced_actor_type": "workspace-member", "referenced_actor_id": member}
    values = {"name": "D", "stage": "Lead", "owner": owner}
    deal = made.api("POST", "/v2/objects/deals/records", {"data": {"values": values}})["id"]["record_id"]
    change = {"data": {"values": {"stage": "In Progress"}}}
    made.api("PATCH", f"/v2/objects/deals/records/{deal}", change)
    return made


@pytest.mark.parametrize("renamed", ["Lead", "In Progress"])
@pytest.mark.parametrize("old", [False, True])
def test_a_renamed_stage_is_one_stage(renamed: str, old: bool) -> None:
    """Rows keep their keys when an admin renames a status, a present or a past one, also in old states."""
    made = moved_on()
    with mock.patch.object(history, "_key", lambda *parts: right(*parts, "old")) if old else nullcontext():
        made.sync([HISTORY])
    if old:
        # As the first version left it: keys of another kind, and no names.
        made.tables[HISTORY] = {}
        made.states[HISTORY] = {**made.states[HISTORY], "version": 1, "titles": {}}
    path = f"/v2/objects/deals/attributes/stage/statuses/{renamed.replace(' ', '%20')}"
    made.api("PATCH", path, {"data": {"title": "Negotiation"}})
    made.emulator.clock.advance(60)
    made.sync([HISTORY])
    fresh = Bench(made.emulator, history_attributes=["deals.stage"])
    fresh.sync([HISTORY])

    assert stages(fresh) == stages(made)
    assert [] == made.sync([HISTORY])


def test_a_past_stage_that_is_renamed_after_one_empty_listing_is_renamed() -> None:
    """What a stage was called is asked for twice, as by the change of its name the history is read again."""
    made = moved_on()
    count = itertools.count()
    made.adapter.empties = lambda path: path.endswith("/statuses") and not next(count)
    made.sync([HISTORY])
    made.api("PATCH", "/v2/objects/deals/attributes/stage/statuses/Lead", {"data": {"title": "New"}})
    made.sync([HISTORY])

    assert {"New", "In Progress"} == {row["value"] for row in made.living(HISTORY).values()}


right = history._key  # noqa: SLF001 (the key of the first version is made by it)


def stages(made: Bench) -> list[tuple[str, Any, Any]]:
    return sorted(
        (row["value"], row["previous_value"], row["active_until"]) for row in made.living(HISTORY).values()
    )


def comment(made: Bench, **place: Any) -> str:
    """Comment on a record, on an entry or in a thread; returns the comment's id."""
    author = {"type": "workspace-member", "id": next(iter(made.emulator.workspace.members))}
    said = {"format": "plaintext", "content": "x", "author": author, **place}
    return str(made.api("POST", "/v2/comments", {"data": said})["id"]["comment_id"])


def test_a_thread_that_goes_meanwhile_takes_no_other_with_it() -> None:
    """When a long thread is deleted between the listing and its own page, the others are delivered."""
    made = bench(1, include_comments=True)
    company = made.api("POST", "/v2/objects/companies/records/query", {})[0]["id"]["record_id"]
    place = {"object": "companies", "record_id": company}
    long, other = comment(made, record=place), comment(made, record=place)
    for _ in range(80):
        comment(made, thread_id=long)
    later(made, 2, "DELETE", f"/v2/comments/{long}")

    assert [other] == [row["comment_id"] for row in made.sync(["comments"])]


def recorded(count: int) -> tuple[Bench, list[str]]:
    """A meeting with so many recordings, and the recordings' paths."""
    made = bench(1)
    (meeting,) = some(made, "meetings", 1)
    path = f"/v2/meetings/{meeting}/call_recordings"
    paths = []
    for number in range(count):
        recording = {"data": {"video_url": f"https://example.com/{number}.mp4"}}
        paths.append(f"{path}/{made.api('POST', path, recording)['id']['call_recording_id']}")
    return made, paths


def test_a_recording_that_goes_meanwhile_takes_no_other_with_it() -> None:
    """When one of a meeting's recordings is deleted while they are read, the others are delivered."""
    made, paths = recorded(3)
    ids = [path.rpartition("/")[2] for path in paths]
    later(made, 2, "DELETE", paths[1])

    assert {ids[0], ids[2]} == {row["call_recording_id"] for row in made.sync(["call_recordings"])}


def later(made: Bench, answers: int, method: str, path: str) -> None:
    """Let somebody call once after so many answers that hold rows."""
    count = itertools.count(1)
    made.adapter.after_answer = lambda _: made.api(method, path) if next(count) == answers else None


def commented() -> Bench:
    """A company with a comment."""
    made = bench(1, include_comments=True)
    company = made.api("POST", "/v2/objects/companies/records/query", {})[0]["id"]["record_id"]
    comment(made, record={"object": "companies", "record_id": company})
    return made


def with_a_past() -> Bench:
    """A company with a remark."""
    made, record_id = remarked()
    edit(made, record_id, remark="So far")
    return made


@pytest.mark.parametrize(
    ("stream", "path", "made_with"),
    [
        ("comments", "/v2/threads", commented),
        ("call_recordings", "/call_recordings", lambda: recorded(1)[0]),
        (HISTORY, "/attributes/remark/values", with_a_past),
    ],
)
@pytest.mark.parametrize("refresh", [False, True])
def test_one_empty_answer_about_a_row_is_not_believed(
    stream: str, path: str, made_with: Callable[[], Bench], refresh: bool
) -> None:
    """What one record or meeting has is asked for again before it has nothing."""
    made = made_with()
    made.refresh = refresh
    count = itertools.count()
    made.adapter.empties = lambda asked: asked.endswith(path) and not next(count)

    assert len(made.sync([stream])) == 1


def commented_twice(target: str) -> tuple[Bench, str]:
    """Two companies, in a list of sales, with a comment on each, or on its entry; returns what to edit."""
    made = Bench(Emulator(clock_mode="manual"), include_comments=True)
    world = World(made)
    for _ in range(2):
        record = {"object": "companies", "record_id": world.create(0, "a")}
        entry = {"parent_object": "companies", "parent_record_id": record["record_id"]}
        body = {"data": {**entry, "entry_values": {"mood": "a"}}}
        ids = made.api("POST", "/v2/lists/sales/entries", body)["id"]
        place = {"list": "sales", "entry_id": ids["entry_id"]}
        comment(made, **({"record": record} if target == "companies" else {"entry": place}))
    if target == "companies":
        return made, f"/v2/objects/companies/records/{record['record_id']}"
    return made, f"/v2/lists/sales/entries/{place['entry_id']}"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("target", "member", "slug"), [("companies", "values", "name"), ("sales", "entry_values", "mood")]
)
def test_comments_leave_with_what_leaves_the_filter(target: str, member: str, slug: str, late: bool) -> None:
    """Whether a record changed or the filter came later: a full refresh would not hold its comments."""
    made, path = commented_twice(target)
    filters = [{"target": target, "filter": {slug: "a"}}]
    made.config |= {} if late else {"filters": filters}
    made.sync(["comments"])
    made.api("PATCH", path, {"data": {member: {slug: "b"}}})
    made.config["filters"] = filters
    delivered, then = made.sync(["comments"]), made.sync(["comments"])
    fresh = Bench(made.emulator, include_comments=True, filters=filters)
    fresh.sync(["comments"])

    assert [True] == [row["_deleted"] for row in delivered]
    assert [] == then
    assert made.living("comments").keys() == fresh.living("comments").keys()
    assert len(fresh.living("comments")) == 1
