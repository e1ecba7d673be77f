"""One line of the schedule: where a connection stands, as a row of the store says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attio_relay.store.database import Row


# Clocks of replicas differ by less; a time further ahead was written before a clock was set back.
SKEW = 5.0


class State(StrEnum):
    """Where a connection stands."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True)
class Line:
    """The schedule of one connection."""

    name: str
    seen: int
    claimed: int
    done: int
    first_at: float | None
    last_at: float | None
    """When the last event came; 0 when a sync was asked for at once."""
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
    """Which target the run was started at, so that another one's job is never taken for ours."""
    noted_at: float
    """When `not_before` was written."""
    busy: int
    """How often in a row the target was busy with somebody else's job."""
    refused: int
    """How often in a row the target refused what was asked."""
    trouble_since: float | None


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Until when a line stays as it is, and why."""

    until: float
    problem: str | None
    failed: bool = False
    refused: bool = False


LINE = (
    "name, seen, claimed, done, first_at, last_at, claimed_first_at, state, run_id, job, baseline, intent_at,"
    " not_before, fails, paused, problem, owner, lease_until, fence, target, noted_at, busy, refused,"
    " trouble_since"
)


def line_of(row: Row) -> Line:
    """Read a row."""
    return Line(**(dict(row) | {"state": State(row["state"]), "paused": bool(row["paused"])}))
