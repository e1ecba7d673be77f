"""One line of the schedule: the state of one connection, as a row of the store."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attio_relay.store.database import Row


# Seconds by which replicas' clocks may differ; a time further ahead was written before a clock was set back.
SKEW = 5.0


class State(StrEnum):
    """The state of a connection."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True)
class Line:
    """The schedule of one connection; times are seconds since 1970."""

    name: str
    seen: int
    claimed: int
    done: int
    first_at: float | None
    last_at: float | None
    """When the last event came; 0 when a sync was requested without waiting for quiet."""
    claimed_first_at: float | None
    state: State
    run_id: str | None
    job: str | None
    baseline: str | None
    intent_at: float | None
    not_before: float
    fails: int
    paused: bool
    problem: str | None
    owner: str | None
    lease_until: float
    fence: int
    target: str | None
    """The target at which the run was started, so that another target's job is never taken for this run's."""
    noted_at: float
    """When `not_before` was written."""
    busy: int
    """How many times in a row the target was busy with a job that the relay did not start."""
    refused: int
    """How many times in a row the target refused a request."""
    trouble_since: float | None
    unanswered_at: float | None
    """When the relay first knew that the start's answer will not come; None while it may come."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Until when a line stays unchanged, and the problem that it waits for."""

    until: float
    problem: str | None
    failed: bool = False
    refused: bool = False
    unanswered: bool = False
    """Whether the answer to the start will not come any more."""
    troubled: bool = False
    """Whether the target refused, or did not answer as it should."""
    answered: bool = False
    """Whether the target said that the job runs: what was wrong before is over."""


LINE = (
    "name, seen, claimed, done, first_at, last_at, claimed_first_at, state, run_id, job, baseline, intent_at,"
    " not_before, fails, paused, problem, owner, lease_until, fence, target, noted_at, busy, refused,"
    " trouble_since, unanswered_at"
)


def line_of(row: Row) -> Line:
    """Make a line from a row of `connections`."""
    return Line(**(dict(row) | {"state": State(row["state"]), "paused": bool(row["paused"])}))
