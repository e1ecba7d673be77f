"""Properties that hold for every input: plan and push agree, revert undoes push, every row has one fate."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from destination_attio.airbyte.lane import Lane
from destination_attio.engine import undo
from destination_attio.engine.lost_answers import LostAnswers
from destination_attio.engine.push import StreamPush
from destination_attio.storage.journal import JournalError
from integration_tests.destination_lines import configured, record, state
from integration_tests.destination_world import ABSENT, CODES, Case, World, cases, entry_cases, prepared
from integration_tests.in_process import Killed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from destination_attio.model.plan import Change, FieldChange, Report

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
Line = dict[str, Any]
ANY_CASE = st.one_of(cases(), entry_cases())


@promised
@given(case=ANY_CASE)
def test_plan_and_push_agree(case: Case) -> None:
    """A plan, a push, and a saved plan that is applied come to the same; afterwards nothing is left to do."""
    world = prepared(case)
    twin = world.twin()
    rows = world.rows(case.rows)
    plan = world.plan(rows, case.target, **case.settings)
    report = world.push(rows, case.target, **case.settings)
    applied = twin.apply(plan)
    again = world.plan(rows, case.target, **case.settings)

    assert plan.counts == report.counts
    assert len(rows) == report.counts.rows == again.counts.rows
    assert world.state() == twin.state()
    assert ((), (), ()) == (again.actions, report.dropped, applied.dropped)
    assert plan.counts.written == applied.counts.written


@promised
@given(case=ANY_CASE, batch=st.integers(1, 20))
def test_the_size_of_a_batch_changes_nothing(case: Case, batch: int) -> None:
    """Rows have the same fates and Attio holds the same, however many rows are worked on at once."""
    world = prepared(case)
    twin = world.twin()
    twin.more = {"batch_rows": batch}
    rows = world.rows(case.rows)

    assert (
        world.push(rows, case.target, **case.settings).counts
        == twin.push(rows, case.target, **case.settings).counts
    )
    assert world.state() == twin.state()


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


@promised
@given(case=st.one_of(cases(pointing_and_deleting=False), entry_cases()))
def test_revert_restores_the_workspace(case: Case) -> None:
    """After push and revert every value is what it was, but for checkboxes that had none: those are named."""
    undone_is_as_before(case, set())


@promised
@given(case=cases(pointing_and_deleting=False), touched=st.sets(st.integers(0, 4), min_size=1))
def test_revert_spares_what_others_changed(case: Case, touched: set[int]) -> None:
    """What others wrote after the push is still there after the revert, and conflicts are told."""
    undone_is_as_before(case, touched)


@promised
@given(case=ANY_CASE, at=st.integers(1, 12), when=st.sampled_from(["before", "after"]))
def test_killed_and_run_again(case: Case, at: int, when: str) -> None:
    """Killed at any write and run again: the same end, every write in the journal, every reject in the file.

    Where rows only create, one that was written before the kill is rejected by the next run: it exists. So
    such a row stays without a pointer that was to be set later, and an entry, having no key, is made twice.
    """
    world = prepared(case)
    twin = world.twin()
    rows = world.rows(case.rows)
    twin.push(rows, case.target, **case.settings)
    wanted = twin.rejected()
    world.attio.clear_calls()
    (world.folder / "rejects.jsonl").unlink(missing_ok=True)
    known = {one.run_id for one in world.runs()}
    pushed_until_killed(world, case, (when, at))
    before = len(world.rejects())
    report = world.push(rows, case.target, **case.settings)

    assert len(rows) == report.counts.rows
    assert report.counts.rejected == len(world.rejects()) - before
    assert wanted <= world.rejected()
    if case.settings["mode"] != "create":
        assert (twin.state(), wanted) == (world.state(), world.rejected())
        assert len(wanted) == report.counts.rejected
    elif case.target == "things":
        assert twin.codes() == world.codes()
    every_write_is_journalled(world, known)


def pushed_until_killed(world: World, case: Case, at: tuple[str, int]) -> None:
    """Push the rows; the process is gone before or after one of the writes, if there are so many."""

    def strike(when: str, number: int) -> None:
        if (when, number) == at:
            world.kill()

    world.on_write = strike
    with suppress(Killed, JournalError):
        world.push(world.rows(case.rows), case.target, **case.settings)
    world.on_write = lambda *_: None


def every_write_is_journalled(world: World, known: set[str]) -> None:
    """All that Attio has done since stands in the journal's new runs, and nothing there is in doubt."""
    runs = [run.run_id for run in world.runs() if run.run_id not in known]
    journalled = [one.status for run in runs for one in world.changes(run)]

    assert {"intended", "unknown"}.isdisjoint(journalled)
    assert world.written() == journalled.count("written")


@promised
@given(case=ANY_CASE, lost=st.sets(st.integers(1, 12), min_size=1, max_size=7))
def test_no_answer_that_is_lost_changes_anything(case: Case, lost: set[int]) -> None:
    """Whatever answers are lost after Attio has worked: the same end, the same fates, the same journal.

    They are seven at most, since a call that fails eight times in a row ends the run.
    """
    world = prepared(case)
    twin = world.twin()
    rows = world.rows(case.rows)
    world.on_write = losing(lost)
    wanted = twin.push(rows, case.target, **case.settings)
    report = world.push(rows, case.target, **case.settings)

    assert twin.state() == world.state()
    assert wanted.counts == report.counts
    assert _journalled(twin, wanted) == _journalled(world, report)


def losing(lost: set[int]) -> Callable[[str, int], None]:
    """Loses the answers to these writes."""

    def lose(moment: str, number: int) -> None:
        if moment == "after" and number in lost:
            raise requests.ConnectionError

    return lose


def _journalled(world: World, report: Report) -> list[tuple[str, str]]:
    """What a run's writes are and what came of them, but for those that came to nothing."""
    changes = world.changes(report.run_id)
    return sorted((one.change.kind, one.status) for one in changes if one.status != "not_applied")


@promised
@given(
    numbers=st.lists(st.integers(1, 4), max_size=7),
    target=st.sampled_from(["notes", "tasks"]),
    lost=st.sets(st.integers(1, 8)),
    batch=st.integers(1, 4),
)
def test_no_answer_that_is_lost_makes_anything_twice(
    numbers: list[int], target: str, lost: set[int], batch: int
) -> None:
    """Notes and tasks, which nothing in Attio keeps apart, are there once each, whatever answers are lost."""
    lost_answers_make_nothing_twice(numbers, target, lost, batch)


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


@promised
@given(found=MESSAGES, batch=st.integers(1, 5))
def test_any_interleaving_keeps_the_contract(found: list[tuple[str, str, str | None]], batch: int) -> None:
    """However rows and states of streams that need each other are mixed, states come after their rows."""
    the_contract_is_kept(found, batch)


def the_contract_is_kept(found: list[tuple[str, str, str | None]], batch: int) -> None:
    """Each state comes out once, in order, after its rows are stored or reported, with counts that add up."""
    world = World(batch_rows=batch)
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


# --- bugs that such a connector could have, planted one by one ---------------------------------------------


def state_before_its_rows(patch: pytest.MonkeyPatch) -> None:
    """States go out while rows before them wait."""
    patch.setattr(Lane, "is_decided", lambda *_: True)


def lost_answer_written_twice(patch: pytest.MonkeyPatch) -> None:
    """What got no answer is sent again without a look."""
    patch.setattr(LostAnswers, "settled", lambda *_: None)
    patch.setattr(StreamPush, "_decide_again", lambda _self, outcome, _row: outcome.operation)


def revert_over_others(patch: pytest.MonkeyPatch) -> None:
    """A revert puts back what was there, whoever has changed it since."""

    def sorted_out(change: Any, current: Any, *_: Any) -> tuple[list[Any], list[Any]]:
        values = current.values
        fields = [
            undo.FieldChange(attribute=one.attribute, before=values.get(one.attribute), after=one.before)
            for one in change.fields
        ]
        return fields, []

    patch.setattr(undo, "_sorted_out", sorted_out)


_NAMED = {"fields": [{"column": each, "attribute": each} for each in ("code", "title")], "match": "code"}
PLANTED: list[tuple[Callable[[pytest.MonkeyPatch], None], dict[str, Any], Line, Callable[..., None]]] = [
    (
        state_before_its_rows,
        {"found": MESSAGES, "batch": st.integers(1, 5)},
        {"found": [("queue", "T1", None), ("state", "queue", None), ("things", "T1", None)], "batch": 1},
        the_contract_is_kept,
    ),
    (
        lost_answer_written_twice,
        {
            "numbers": st.lists(st.integers(1, 4), max_size=7),
            "target": st.just("notes"),
            "lost": st.sets(st.integers(1, 8)),
            "batch": st.integers(1, 4),
        },
        {"numbers": [2, 4], "target": "notes", "lost": set(range(1, 9)), "batch": 1},
        lost_answers_make_nothing_twice,
    ),
    (
        revert_over_others,
        {"case": cases(pointing_and_deleting=False), "touched": st.sets(st.integers(0, 4), min_size=1)},
        {
            "case": Case(
                before=[{"code": "T1", "title": "plain"}],
                rows=[{"code": "T1", "title": 0}],
                batch=1,
                settings=_NAMED,
            ),
            "touched": {0},
        },
        undone_is_as_before,
    ),
]
"""Each with inputs to search in, one that shows it, and the promise that it breaks."""


@pytest.mark.parametrize(
    ("plant", "inputs", "shown_by", "promise"), PLANTED, ids=[one[0].__name__ for one in PLANTED]
)
def test_a_planted_bug_is_caught(
    plant: Callable[[pytest.MonkeyPatch], None],
    inputs: dict[str, Any],
    shown_by: Line,
    promise: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the bug in place, some input breaks the promise: the one that is known to, or another."""
    promise(**shown_by)
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        until_found(example(**shown_by)(given(**inputs)(promise)))()
