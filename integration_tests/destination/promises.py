"""What the destination promises for every input, as functions that tests and planted bugs share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import requests
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from integration_tests.destination.lines import Line, configured, record, state
from integration_tests.destination.world import ABSENT, CODES, Case, World, prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from destination_attio.model.plan import Change, FieldChange


EXAMPLES = int(os.environ.get("PROMISE_EXAMPLES", "50"))
promised = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # making a failure smaller takes minutes
)
until_found = settings(promised, max_examples=300)


def undone_is_as_before(case: Case, touched: set[int]) -> None:
    """Push, let others change records, revert: all is as it was, but for what they changed."""
    world = prepared(case)
    before = world.state()
    report = world.push(world.rows(case.rows), case.target, **case.settings)
    records = world.attio.records("things", limit=500)
    theirs = {records[one]["id"]["record_id"]: one for one in touched if one < len(records)}
    for record_id, number in theirs.items():
        body = {"data": {"values": {"title": f"by hand {number}"}}}
        world.attio.api("PATCH", f"/v2/objects/things/records/{record_id}", body)
    undone = world.revert(report)
    after = world.state()
    kept = [one for one in after["things"] if str(one.get("title", [""])[0]).startswith("by hand")]

    uncleared = [one for one in undone.conflicts if all(_is_set_checkbox(each) for each in one.fields)]
    conflicts = {one.record_id for one in undone.conflicts if one not in uncleared}

    assert len(theirs) == len(kept)
    assert conflicts <= set(theirs)
    if not theirs:
        assert _without_checkboxes(before, uncleared) == _without_checkboxes(after, uncleared)


def _is_set_checkbox(one: FieldChange) -> bool:
    """The one value that Attio cannot take back: it clears no checkbox, so a revert says that it stays."""
    return one.attribute == "is_open" and one.after is not None


def _without_checkboxes(state: Line, uncleared: Sequence[Change]) -> Line:
    """The state, without its checkboxes where the revert said that it could not clear one."""
    if not uncleared:
        return state
    things = [{slug: one for slug, one in each.items() if slug != "is_open"} for each in state["things"]]
    return {**state, "things": sorted(things, key=str)}


def losing(lost: set[int]) -> Callable[[str, int], None]:
    """Loses the answers to these writes."""

    def lose(moment: str, number: int) -> None:
        if moment == "after" and number in lost:
            raise requests.ConnectionError

    return lose


def lost_answers_make_nothing_twice(numbers: list[int], target: str, lost: set[int], batch: int) -> None:
    """Push notes or tasks while answers get lost after Attio has worked."""
    world = World(batch_rows=batch)
    world.push([{"code": "T1"}], "things", match="code")
    pointer = {"notes": "parent_record", "tasks": "linked_records"}[target]
    to_thing = {"constant": {"object": "things", "code": "T1"}, "attribute": pointer}
    fields = [to_thing, {"column": "text", "attribute": "content"}]
    fields += [{"column": "text", "attribute": "title"}] if target == "notes" else []

    world.on_write = losing(lost)
    report = world.push([{"text": f"text {one}"} for one in numbers], target, fields=fields)

    assert (len(numbers), 0) == (report.counts.rows, report.counts.rejected)
    assert len(set(numbers)) == len(world.attio.api("GET", f"/v2/{target}")["data"])


MESSAGES = st.lists(
    st.one_of(
        st.tuples(st.just("things"), st.sampled_from(CODES), st.sampled_from([*CODES, ABSENT, None])),
        st.tuples(st.just("queue"), st.sampled_from([*CODES, ABSENT]), st.none()),
        st.tuples(st.just("state"), st.sampled_from(["things", "queue"]), st.none()),
        st.just(("pause", "", None)),
    ),
    max_size=25,
)


def the_contract_is_kept(found: list[tuple[str, str, str | None]], batch: int) -> None:
    """Each state comes out once, in order, after its rows are stored or reported, with counts that add up."""
    world = World(batch_rows=batch)
    lines, marks = _lines(found)
    streams = [
        {"stream": "things", "target": "things", "match": "code", "fields": _FIELDS[:2]},
        {
            "stream": "queue",
            "target": "lists/queue",
            "fields": [{**_FIELDS[0], "attribute": "parent_record", "reference": "code"}],
        },
    ]
    wanted = _wanted(found)

    def heard(said: Line) -> None:
        if said["type"] == "STATE":
            assert _decided(world, wanted, marks[said["state"]["id"]])

    world.on_said = heard
    said = world.write(lines, configured("queue"), configured("things"), streams=streams)
    stats = [
        (one["state"]["id"], sum(one["state"]["destinationStats"].values()))
        for one in said
        if one["type"] == "STATE"
    ]
    since = {"things": 0, "queue": 0}
    for (number, mark), (told, rows) in zip(marks.items(), stats, strict=True):
        ((name, count),) = mark.items()
        assert (number, count - since[name]) == (told, rows)
        since[name] = count


_FIELDS = [
    {"column": "code", "attribute": "code"},
    {"column": "parent", "attribute": "parent", "reference": "code"},
]


def _lines(found: list[tuple[str, str, str | None]]) -> tuple[list[Line | None], dict[int, dict[str, int]]]:
    """The input's lines, and by each state's number its stream with the rows before it."""
    lines: list[Line | None] = []
    marks: dict[int, dict[str, int]] = {}
    seen = {"things": 0, "queue": 0}
    for number, (what, one, other) in enumerate(found):
        if what == "state":
            marks[number] = {one: seen[one]}
            lines.append(state(number, one))
        elif what == "pause":
            lines.append(None)
        else:
            seen[what] += 1
            lines.append(record({"code": one, "parent": other} if what == "things" else {"code": one}, what))
    return lines, marks


def _wanted(found: list[tuple[str, str, str | None]]) -> dict[str, list[str]]:
    """The key of each row, stream by stream."""
    return {name: [one for what, one, _ in found if what == name] for name in ("things", "queue")}


def _decided(world: World, wanted: dict[str, list[str]], mark: dict[str, int]) -> bool:
    """Whether each row up to the mark is in Attio or the rejects file, or superseded by one to come."""
    ((name, count),) = mark.items()
    held, keys = world.state(), wanted[name]
    there = (
        {one["code"][0] for one in held["things"]}
        if name == "things"
        else {code for code, _ in held["queue"]}
    )
    reported = {keys[one["row_number"] - 1] for one in world.rejects() if one["stream"] == name}
    return set(keys[:count]) <= there | reported | set(keys[count:])
