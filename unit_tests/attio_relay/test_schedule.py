"""When a step is due, and when a person should look; pure."""

from typing import Any

import pytest

from attio_relay.scheduling import schedule
from attio_relay.settings import Timing
from attio_relay.store.lines import Line, State

TIMING = Timing.model_validate(
    {"debounce": "10s", "max_wait": "60s", "min_interval": "30s", "poll": "5s", "patience": "1h"}
)
NOW = 10_000.0


def line(**how: Any) -> Line:
    calm: dict[str, Any] = {
        "name": "c",
        "seen": 1,
        "claimed": 0,
        "done": 0,
        "first_at": NOW,
        "last_at": NOW,
        "claimed_first_at": None,
        "state": State.IDLE,
        "run_id": None,
        "job": None,
        "baseline": None,
        "intent_at": None,
        "not_before": 0.0,
        "fails": 0,
        "paused": False,
        "problem": None,
        "owner": None,
        "lease_until": 0.0,
        "fence": 0,
        "target": None,
        "noted_at": 0.0,
        "busy": 0,
        "refused": 0,
        "trouble_since": None,
        "unanswered_at": None,
    }
    return Line(**(calm | how))


def test_an_event_waits_for_quiet_and_not_for_ever() -> None:
    """Debounce after the last event, the longest wait after the first, never before the interval."""
    assert NOW + 10 == schedule.due_at(line(), TIMING)
    assert NOW + 60 == schedule.due_at(line(last_at=NOW + 59), TIMING)
    assert NOW + 90 == schedule.due_at(line(not_before=NOW + 90), TIMING)
    assert schedule.due_at(line(done=1), TIMING) is None
    assert schedule.due_at(line(state=State.BLOCKED), TIMING) is None


@pytest.mark.parametrize("moment", ["noted_at", "last_at", "intent_at"])
def test_what_was_written_before_the_clock_was_set_back_is_seen(moment: str) -> None:
    """A time ahead of now by more than clocks of replicas differ was written by another clock."""
    assert schedule.is_ahead(line(**{moment: NOW + 7200}), now=NOW)
    assert not schedule.is_ahead(line(**{moment: NOW + 4}), now=NOW)


def test_a_busy_target_is_asked_less_and_less() -> None:
    """From `poll` doubling to a minute, as a sync by hand may take hours."""
    pauses = [schedule.after_busy(line(busy=n), TIMING) for n in (0, 1, 2, 3, 4, 1000)]

    assert [5, 10, 20, 40, 60, 60] == pauses


@pytest.mark.parametrize(
    ("refused", "since", "lasting"),
    [(0, None, False), (4, NOW - 60, False), (3, NOW - 6000, False), (4, NOW - 600, True)],
)
def test_only_a_lasting_refusal_blocks(refused: int, since: float | None, lasting: bool) -> None:
    """Five in a row, over ten minutes: a proxy that says 404 for a moment is no reason to stop."""
    assert lasting is schedule.is_lasting(line(refused=refused, trouble_since=since), now=NOW)


@pytest.mark.parametrize(
    ("how", "attention"),
    [
        ({}, False),
        ({"first_at": NOW - 299}, False),
        ({"first_at": NOW - 301}, True),
        ({"first_at": NOW - 301, "state": State.STARTING}, True),
        ({"first_at": None, "claimed_first_at": NOW - 301, "state": State.STARTING}, True),
        ({"first_at": NOW - 301, "state": State.RUNNING, "intent_at": NOW, "not_before": NOW}, False),
        ({"state": State.RUNNING, "not_before": NOW, "trouble_since": NOW - 299}, False),
        ({"state": State.RUNNING, "not_before": NOW, "trouble_since": NOW - 301}, True),
        ({"state": State.RUNNING, "not_before": NOW - 301}, True),
        ({"first_at": NOW - 301, "paused": True}, False),
        ({"first_at": NOW - 301, "done": 1}, False),
        ({"fails": 3}, True),
        ({"state": State.BLOCKED, "done": 1}, True),
        ({"state": State.RUNNING, "intent_at": NOW - 3601, "not_before": NOW}, True),
    ],
)
def test_nothing_looks_well_while_an_event_waits(how: dict[str, Any], attention: bool) -> None:
    """After five minutes without a sync that runs, a person is asked to look."""
    assert attention is schedule.needs_attention(line(**how), TIMING, now=NOW)
