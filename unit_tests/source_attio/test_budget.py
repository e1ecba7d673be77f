"""One budget for the states of all streams: what is given up, by whom, and how it comes back."""

import json
from dataclasses import replace

import pytest
from airbyte_cdk.models import Type

from source_attio.changes.budget import Budget
from source_attio.read.context import Limits
from unit_tests.source_attio.engine_bench import bench, edit
from unit_tests.source_attio.harness import Bench, Row

EXACT = {"memory": "exact"}


def grades(most: int, **streams: Row) -> dict[str, str]:
    planned = Budget.planned(most, streams, streams)
    return {stream: share.grade for stream, share in planned.shares.items()}


def test_what_does_not_fit_is_given_up_by_the_largest() -> None:
    """Four streams of different sizes, and room for three: the largest goes on without its ids."""
    streams = {name: {**EXACT, "count": count} for name, count in zip("abcd", (9, 14, 1, 12), strict=True)}
    streams = {name: {**each, "count": each["count"] * 10_000} for name, each in streams.items()}

    assert dict.fromkeys("acd", "exact") | {"b": "digests"} == grades(6_500_000, **streams)


def test_of_two_as_large_the_one_with_fewer_deletions_gives_up() -> None:
    """What was never deleted from loses least."""
    streams: dict[str, Row] = {name: {**EXACT, "count": 140_000, "deletes": 0} for name in "ab"}
    streams["a"]["deletes"] = 3

    assert {"a": "exact", "b": "digests"} == grades(5_000_000, **streams)


def test_four_streams_of_140_000_rows_stay_below_eight_megabytes() -> None:
    """Two of them stay exact; the others know edits and cleared values."""
    streams: dict[str, Row] = {name: {**EXACT, "count": 140_000} for name in "abcd"}
    planned = Budget.planned(8_000_000, streams, streams)

    assert 2 == sum(share.grade == "exact" for share in planned.shares.values())
    assert 0 == sum(share.grade == "watermark" for share in planned.shares.values())
    assert sum(share.size for share in planned.shares.values()) < 8_000_000


def test_what_was_given_up_comes_back_only_where_it_will_last() -> None:
    """At the very limit of the budget nothing changes its memory from sync to sync."""
    streams: dict[str, Row] = {"a": {"memory": "digests", "count": 100_000}}

    assert ["digests", "exact"] == [grades(most, **streams)["a"] for most in (2_350_000, 2_700_000)]


@pytest.mark.parametrize("kept", [("c", "d"), ("a", "d"), ("b", "c")])
def test_streams_of_about_one_size_do_not_take_turns(kept: tuple[str, str]) -> None:
    """Who was exact stays exact, so that what was deleted meanwhile is noticed, whoever grew a little."""
    memories = {name: "exact" if name in kept else "digests" for name in "abcd"}
    streams = {name: {"memory": memory, "count": 140_000} for name, memory in memories.items()}
    streams[kept[0]]["count"] = 141_000

    assert memories == grades(8_000_000, **streams)


def states_of(made: Bench) -> int:
    return sum(len(json.dumps(state)) for state in made.states.values())


def test_all_states_together_keep_to_the_budget() -> None:
    """Also when the streams grow in the same first sync, and at every moment of it."""
    made = bench(500, state_budget_mb=0.02)
    for _ in range(500):
        made.api("POST", "/v2/objects/people/records", {"data": {"values": {}}})
    for count in (0, 5, 9, None):
        made.sync(["companies", "people", "tasks"], killed_after=count)
        assert states_of(made) <= 20_000
    memories = {name: state["memory"] for name, state in made.states.items()}

    assert {"exact", "digests"} == set(memories.values())


def test_a_platform_never_holds_more_than_the_budget() -> None:
    """It keeps each stream's last state, so a stream that shrinks says so before the others go on to grow."""
    made = bench(900, state_budget_mb=0.03)
    made.limits = replace(Limits(), records_a_page=10, rows_a_checkpoint=300)
    for _ in range(900):
        made.api("POST", "/v2/objects/people/records", {"data": {"values": {}}})
    held: dict[str, int] = {}
    most = 0
    for message in made.messages(["companies", "people"]):
        if message.type is Type.STATE and message.state and message.state.stream:
            state = message.state.stream
            held[state.stream_descriptor.name] = len(json.dumps(vars(state.stream_state)))
            most = max(most, sum(held.values()))

    assert 20_000 < most <= 30_000


@pytest.mark.parametrize(("tight", "delivered_again"), [(0.002, 0), (0.0001, 40)])
def test_a_memory_that_was_given_up_is_rebuilt_by_a_whole_pass(tight: float, delivered_again: int) -> None:
    """With room again, deletions are noticed after one pass; where less was known, all rows come again."""
    made = bench(40, state_budget_mb=tight)
    made.sync(["companies"])
    made.emulator.clock.advance(3600)
    made.config["state_budget_mb"] = 8
    assert delivered_again == len(made.sync(["companies"]))
    deleted, cleared = list(made.tables["companies"])[:2]
    made.api("DELETE", f"/v2/objects/companies/records/{deleted}")
    edit(made, cleared, name=[])
    made.sync(["companies"])

    assert "exact" == made.states["companies"]["memory"]
    assert 39 == len(made.living("companies"))
    assert made.tables["companies"][cleared].get("name") is None


def test_every_sync_says_what_is_noticed(caplog: pytest.LogCaptureFixture) -> None:
    """One line a stream in the log, a warning where it is not everything, and the state says it too."""
    made = bench(40, state_budget_mb=0.002)
    for _ in range(2):
        caplog.clear()
        made.sync(["companies"])
        said = [each for each in caplog.records if "are remembered" in each.message]
        assert [("WARNING", True)] == [(each.levelname, "no longer noticed" in each.message) for each in said]
    assert ["edits", "clears"] == made.states["companies"]["notices"]
