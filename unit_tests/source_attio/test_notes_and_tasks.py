"""The stream `tasks` on the emulator: how its rows name the records that they are about."""

from pathlib import Path
from typing import Any

import pytest

from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import Bench, Row
from unit_tests.source_attio.relay_in_process import FEED
from unit_tests.source_attio.test_incremental import followed

GIZMO = {"api_slug": "gizmos", "singular_noun": "Gizmo", "plural_noun": "Gizmos"}


def on_a_gizmo(**config: Any) -> tuple[Bench, str]:
    """A task on a record of a custom object; returns the record's id."""
    made = bench(**config)
    made.api("POST", "/v2/objects", {"data": GIZMO})
    record = made.api("POST", "/v2/objects/gizmos/records", {"data": {"values": {}}})["id"]["record_id"]
    link = {"target_object": "gizmos", "target_record_id": record}
    due: Row = {"format": "plaintext", "deadline_at": None, "is_completed": False, "assignees": []}
    made.api("POST", "/v2/tasks", {"data": {"content": "Oil it", "linked_records": [link], **due}})
    return made, str(record)


@pytest.mark.parametrize("sent", ["id", "slug"])
def test_a_task_names_its_records_by_the_slug_of_their_object(sent: str) -> None:
    """`linked_records[].object` is the slug, whether Attio names the object by its id or by its slug."""
    made, record = on_a_gizmo()
    made.emulator.switches.set({"task_link_object": sent})
    (row,) = made.sync(["tasks"])

    assert [{"object": "gizmos", "record_id": record}] == row["linked_records"]


def test_tasks_follow_when_the_slug_of_an_object_is_changed(tmp_path: Path) -> None:
    """No event tells of it, so a change feed is not enough: tasks are looked through once, and only once."""
    made, _ = on_a_gizmo(change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["tasks"])
        made.api("PATCH", "/v2/objects/gizmos", {"data": {"api_slug": "machines"}})
        delivered, then = made.sync(["tasks"]), made.sync(["tasks"])

    assert ["machines"] == [row["linked_records"][0]["object"] for row in delivered]
    assert [] == then
