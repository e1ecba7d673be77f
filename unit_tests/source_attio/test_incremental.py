"""The engine with a change feed: what it costs, and what events say of merges and comments."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from unit_tests.source_attio.engine_bench import Deaf, Stricter, bench, edit
from unit_tests.source_attio.harness import Bench
from unit_tests.source_attio.relay_in_process import FEED, RelayInProcess


@contextmanager
def followed(made: Bench, folder: Path) -> Iterator[None]:
    """Let a relay hear what happens, and the source ask it."""
    with closing(RelayInProcess(made.emulator, folder)) as relay:
        made.adapter.relay = relay.answer
        yield


def test_a_hundred_changes_by_the_feed_cost_few_requests(tmp_path: Path) -> None:
    """With a change feed, a hundred changed records among a thousand cost at most ten requests."""
    made = bench(1000, change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["companies"])
        made.emulator.clock.advance(600)
        for record_id in list(made.tables["companies"])[:100]:
            edit(made, record_id, name="New")
        made.emulator.calls.clear()
        delivered = made.sync(["companies"])

    assert 100 == len(delivered)
    assert made.emulator.calls.since(0)["counts"]["all"] <= 10


@pytest.mark.parametrize("kind", [Stricter, Deaf])
def test_what_cannot_be_found_by_id_is_found_by_a_scan(tmp_path: Path, kind: Any) -> None:
    """Where Attio refuses to look rows up by ids, or heeds none, a scan finds all that a feed names."""
    made = bench(30, change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["companies"])
        made.adapter.emulator = kind(made.emulator)
        edited, deleted = list(made.tables["companies"])[:2]
        edit(made, edited, name="New")
        made.api("DELETE", f"/v2/objects/companies/records/{deleted}")
        made.sync(["companies"])

    assert "New" == made.tables["companies"][edited]["name"]
    assert 29 == len(made.living("companies"))


def test_a_merge_is_told_by_the_feed(tmp_path: Path) -> None:
    """Both records of a merge are marked with the id under which they live on; that one is delivered."""
    made = bench(4, change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["companies"])
        first, second = list(made.tables["companies"])[:2]
        pair = {"primary_record_id": first, "secondary_record_id": second}
        merged = made.api("POST", "/v2/objects/companies/records/merge", {"data": pair})["new_record_id"]
        made.sync(["companies"])

    table = made.tables["companies"]
    assert [(True, merged), (True, merged)] == [
        (table[each]["_deleted"], table[each]["_merged_into"]) for each in (first, second)
    ]
    assert not table[merged]["_deleted"]


def test_a_deleted_comment_leaves_its_record(tmp_path: Path) -> None:
    """The event of a deleted comment names the comment's record, which lives on."""
    made = bench(2, change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["companies"])
        commented = next(iter(made.tables["companies"]))
        author = {"type": "workspace-member", "id": next(iter(made.emulator.workspace.members))}
        place = {"record": {"object": "companies", "record_id": commented}}
        comment = {"format": "plaintext", "content": "x", "author": author, **place}
        said = made.api("POST", "/v2/comments", {"data": comment})["id"]["comment_id"]
        made.api("DELETE", f"/v2/comments/{said}")

        assert [] == made.sync(["companies"])


def test_notes_and_tasks_are_followed_by_the_feed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The relay knows every event that the source asks for; it refuses others, and all would be read."""
    made = bench(2, change_feed=FEED)
    with followed(made, tmp_path):
        for _ in range(2):
            made.sync(["notes", "tasks", "companies"])

    assert "The change feed is not used" not in caplog.text
