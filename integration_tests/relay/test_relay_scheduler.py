"""What the scheduler makes of what targets say, on both stores, with a clock that a test moves."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from attio_relay.scheduling import schedule
from attio_relay.store.lines import State
from attio_relay.store.runs import Outcome
from attio_relay.store.store import Store
from attio_relay.targets.target import (
    BlockedError,
    BusyError,
    Intent,
    Job,
    JobState,
    LaterError,
    RefusedError,
    UnknownOutcomeError,
)
from integration_tests.relay.conftest import Clock
from integration_tests.relay.scheduler_stage import Stage, Told
from integration_tests.relay.stores import delivery


@pytest.fixture
def stage(store: Store, clock: Clock) -> Callable[..., Stage]:
    return lambda **how: Stage(store, clock, Told(**how))


def test_a_busy_target_makes_one_run(stage: Callable[..., Stage]) -> None:
    """Hours of 409 are one run that is tried again, rarer each time; after five minutes it is shown."""
    told = stage(start_with=[BusyError("busy")] * 1000)
    line = told.go(3600.0, every=5.0)

    assert 1 == len(told.store.run_store.runs(limit=100))
    assert {"run-1"} == set(told.target.starts)
    assert 55 <= len(told.target.starts) <= 70
    assert (State.IDLE, 0) == (line.state, line.fails)


def test_a_sync_that_was_asked_for_waits_for_nothing_and_hides_nothing(
    stage: Callable[..., Stage],
) -> None:
    """It starts at once, and since when the connection waits is still known, whatever becomes of it."""
    told = stage(start_with=[BusyError("somebody else's job runs")] * 1000)
    calm = told.config.model_copy(update={"debounce": 50.0, "max_wait": 60.0})
    now = told.clock.now
    told.store.schedule_store.trigger("c", now=now + 5.0)
    asked = told.store.schedule_store.lines()[0]
    told.store.delivery_store.accept([delivery("b", at=now + 6.0)])
    more = told.store.schedule_store.lines()[0]
    busy = told.go(400.0)

    # Long ago, and not a minute after the first event.
    assert max(schedule.due_at(line, calm) or now for line in (asked, more)) < 1000.0
    assert [1000.0] * 3 == [schedule.uncovered_since(line) for line in (asked, more, busy)]
    assert schedule.needs_attention(busy, told.config, now=told.clock.now)


def test_what_nobody_foresaw_is_tried_rarely(stage: Callable[..., Stage]) -> None:
    """An error of the relay's own in a step does not run round in circles: it waits, and asks for a look."""
    told = stage(start_with=[TypeError("odd")] * 1000)
    for _ in range(300):
        with suppress(TypeError):
            told.go(1.0)
    (line,) = told.store.schedule_store.lines()

    assert 3 <= len(told.target.starts) <= 10
    assert schedule.needs_attention(line, told.config, now=told.clock.now)


def test_a_passing_refusal_is_tried_again(stage: Callable[..., Stage]) -> None:
    """One 404 of a proxy costs seconds, and no person has to come."""
    told = stage(start_with=[RefusedError("404")])
    line = told.go(10.0)

    assert State.RUNNING is line.state
    assert (2, 0) == (len(told.target.starts), line.refused)


def test_a_lasting_refusal_blocks(stage: Callable[..., Stage]) -> None:
    """What is refused again and again over ten minutes waits for a person."""
    told = stage(start_with=[RefusedError("403")] * 1000)
    line = told.go(3600.0, every=5.0)

    assert (State.BLOCKED, "403") == (line.state, line.problem)
    assert 5 <= len(told.target.starts) < 15
    assert told.store.schedule_store.unblock("c")
    assert State.RUNNING is not told.go(1.0).state


def test_refusals_that_pass_do_not_add_up(stage: Callable[..., Stage]) -> None:
    """A proxy that says 404 now and then, between good answers, does not block a sync of hours."""
    told = stage(look_with=[RefusedError("404"), None] * 20)
    line = told.go(3600.0, every=5.0)

    assert [] == told.target.look_with
    assert (State.RUNNING, 0, None) == (line.state, line.refused, line.trouble_since)


def test_a_run_that_cannot_be_asked_for_is_shown(stage: Callable[..., Stage]) -> None:
    """What is called running while nobody knows is marked after five minutes, until its target answers."""
    told = stage(look_with=[LaterError("Airbyte answered 502.")] * 1000)
    marks = []
    for seconds in (290.0, 60.0):
        line = told.go(seconds)
        marks.append((line.state, schedule.needs_attention(line, told.config, now=told.clock.now)))
    told.target.look_with.clear()
    well = told.go(120.0)

    assert [(State.RUNNING, False), (State.RUNNING, True)] == marks
    assert not schedule.needs_attention(well, told.config, now=told.clock.now)


def test_a_repeat_has_the_runs_id(stage: Callable[..., Stage]) -> None:
    """Where the receiver knows a run by its id, each try has the same, whatever came meanwhile."""
    told = stage(start_with=[UnknownOutcomeError("404")] * 4, known_after=None, settle=0.0)
    told.go(3.0)
    told.store.delivery_store.accept([delivery("b", at=told.clock.now)])
    told.go(90.0)

    assert ["run-1"] * 5 == told.target.starts


def test_what_the_target_calls_gone_blocks_at_once(stage: Callable[..., Stage]) -> None:
    """No time is lost on a connection that is switched off."""
    told = stage(start_with=[BlockedError("off")])

    assert State.BLOCKED is told.go(5.0).state


def test_a_lost_answer_is_looked_for_before_another_start(stage: Callable[..., Stage]) -> None:
    """The job may appear late; only when it did not for as long as the target may take is there another."""
    told = stage(start_with=[UnknownOutcomeError("lost")])
    told.go(110.0)
    once = list(told.target.starts)
    told.go(30.0)

    assert ["run-1"] == once
    assert 2 == len(told.target.starts)


class Slow(Told):
    """A target whose answer to a start does not come: `stage` waits ten minutes for it, or is killed."""

    stage: Stage
    killed: bool = False

    def start(self, intent: Intent) -> Job:
        self.starts.append(intent.run_id)
        self.stage.clock.now += 600.0
        raise KeyboardInterrupt if self.killed else UnknownOutcomeError("lost")


@pytest.mark.parametrize("baseline", ["0", None])
@pytest.mark.parametrize("killed", [False, True])
def test_the_time_in_which_a_job_may_appear_begins_when_the_answer_was_given_up(
    store: Store, clock: Clock, baseline: str | None, *, killed: bool
) -> None:
    """A start that waits longer than `settle` is not repeated at once, and neither is the repeat."""
    target = Slow()
    target.stage = told = Stage(store, clock, target)
    target.known_after, target.killed = baseline, killed
    for number in (1, 2, 3):
        with suppress(KeyboardInterrupt):
            told.go(30.0)
        told.go(100.0)

        assert number == len(target.starts)


def test_a_job_that_appears_late_is_adopted(stage: Callable[..., Stage]) -> None:
    """It started after the event was stored, so it covers it."""
    told = stage(start_with=[UnknownOutcomeError("lost")])
    told.go(60.0)
    told.target.found = told.target.looks = Job(name="9", state=JobState.SUCCEEDED)
    line = told.go(20.0)

    assert (["run-1"], 1, State.IDLE) == (told.target.starts, line.done, line.state)


def test_a_job_of_another_target_is_none_of_ours(stage: Callable[..., Stage]) -> None:
    """After the address changed, nothing that runs there is taken for the run that was started elsewhere."""
    told = stage(start_with=[UnknownOutcomeError("lost")])
    told.go(3.0)
    told.target.identity = "two"
    told.target.found = Job(name="9000", state=JobState.SUCCEEDED)
    line = told.go(10.0)

    assert 2 == len(told.target.starts)
    assert ("1", 0) == (line.job, line.done)


def test_a_cancel_is_respected_for_a_while(stage: Callable[..., Stage]) -> None:
    """A person stopped the job: nothing is started for `after_cancel`, and it counts as no failure."""
    told = stage()
    told.go(2.0)
    told.target.looks = Job(name="1", state=JobState.CANCELLED)
    line = told.go(590.0)
    once = list(told.target.starts)
    told.go(40.0)

    assert ["run-1"] == once
    assert 2 == len(told.target.starts)
    assert 0 == line.fails
    assert Outcome.CANCELLED is told.store.run_store.runs(limit=2)[-1].outcome


@pytest.mark.parametrize("jump", [-7200.0, -60.0, 7200.0])
def test_a_clock_that_jumps_neither_stalls_nor_storms(stage: Callable[..., Stage], jump: float) -> None:
    """The next event is covered within the usual time, by one sync."""
    told = stage()
    told.go(2.0)
    told.target.looks = Job(name="1", state=JobState.SUCCEEDED)
    told.go(10.0)
    told.store.delivery_store.accept([delivery("b", at=told.clock.now)])
    told.clock.now += jump
    line = told.go(30.0)

    assert (2, 2) == (line.done, len(told.target.starts))


@pytest.mark.parametrize(("silence", "takes_over"), [(0.5, True), (30.0, False), (120.0, True)])
def test_an_outage_of_the_database_costs_no_lease(
    stage: Callable[..., Stage], silence: float, takes_over: bool
) -> None:
    """A replica that could not look leaves a lease alone that its holder could not renew, for a minute."""
    told = stage()
    told.go(20.0, every=0.5)
    told.target.looks = Job(name="1", state=JobState.SUCCEEDED)
    assert told.store.schedule_store.lease("c", owner="another")
    told.go(14.0, every=0.5)
    told.clock.now += silence
    told.go(1.0, every=0.5)
    (line,) = told.store.schedule_store.lines()

    assert takes_over is (State.IDLE is line.state)
    assert State.IDLE is told.go(11.0, every=0.5).state


def test_runs_are_counted_as_they_end(stage: Callable[..., Stage]) -> None:
    """The totals need no look at the runs, and stay when these are forgotten."""
    told = stage(start_with=[RefusedError("404"), Job(name="1", state=JobState.SUCCEEDED)])
    told.go(10.0)
    before = told.store.run_store.run_counts()
    told.store.run_store.prune(before=1e9, limit=100)

    assert {("c", "refused"): 1, ("c", "succeeded"): 1} == before == told.store.run_store.run_counts()
    assert [] == told.store.run_store.runs(limit=10)
