"""Decides when a connection's next step is due; pure.

The debounce waits for quiet, and `max_wait` bounds that wait under a steady stream of events. The minimum
interval and the backoff limit the number of syncs: Airbyte switches a connection off after 30 failed syncs in
a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_relay.store.lines import SKEW, Line, State

if TYPE_CHECKING:
    from attio_relay.settings import Timing

LONGEST_BACKOFF = 3600.0
ALERT_AFTER = 3
LONGEST_BUSY_PAUSE = 60.0
# Seconds after which an uncovered event without a running sync needs attention, if not expected later.
LONGEST_WAIT = 300.0
# A target that refuses this often in a row, over so many seconds, has no passing trouble.
REFUSALS = 5
REFUSED_FOR = 600.0


def due_at(line: Line, timing: Timing) -> float | None:
    """When the next step is due, in seconds since 1970; None when only an event or a person can cause one."""
    if line.state is State.BLOCKED:
        return None
    if line.state is not State.IDLE:
        return line.not_before
    if line.paused or line.seen <= line.done:
        return None
    last, first = line.last_at or 0.0, line.first_at or 0.0
    return max(min(last + timing.debounce, first + timing.max_wait), line.not_before)


def is_ahead(line: Line, *, now: float) -> bool:
    """Whether the line was written before the clock was set back."""
    return max(line.noted_at, line.last_at or 0.0, line.intent_at or 0.0) > now + SKEW


def backoff(fails: int, *, chance: float) -> float:
    """Seconds until the next try after `fails` failures; `chance`, from 0 to 1, spreads them by 25%."""
    return min(2.0 ** min(fails, 20), LONGEST_BACKOFF) * (0.75 + 0.5 * chance)


def after_success(line: Line, timing: Timing, *, now: float) -> float:
    """The earliest next start, in seconds since 1970; the minimum interval counts from start to start."""
    return max(now, (line.intent_at or now) + timing.min_interval)


def after_busy(line: Line, timing: Timing) -> float:
    """Seconds to wait while the target is busy: longer each time, since it may be busy for hours."""
    return min(timing.poll * 2.0 ** min(line.busy, 20), max(timing.poll, LONGEST_BUSY_PAUSE))


def is_lasting(line: Line, *, now: float) -> bool:
    """Whether one more refusal shows lasting trouble: several in a row, over at least REFUSED_FOR seconds."""
    since = line.trouble_since
    return line.refused + 1 >= REFUSALS and since is not None and now >= since + REFUSED_FOR


def uncovered_since(line: Line) -> float | None:
    """When the oldest event came that no sync covers; None when all are covered."""
    if line.seen <= line.done:
        return None
    return min((at for at in (line.first_at, line.claimed_first_at) if at is not None), default=None)


def is_overdue(line: Line, timing: Timing, *, now: float) -> bool:
    """Whether a run takes longer than the connection's `patience`."""
    busy = line.state in (State.STARTING, State.RUNNING)
    return busy and line.intent_at is not None and now > line.intent_at + timing.patience


def needs_attention(line: Line, timing: Timing, *, now: float) -> bool:
    """Whether a person should look: blocked, failing again and again, overdue, or events wait too long.

    A run counts as running only while the target says so.
    """
    if line.state is State.BLOCKED or line.fails >= ALERT_AFTER or is_overdue(line, timing, now=now):
        return True
    if line.state is State.RUNNING:
        # A question that was due long ago hangs, or no relay asks it.
        return now > (line.trouble_since or line.not_before) + LONGEST_WAIT
    since = uncovered_since(line)
    expected = max(LONGEST_WAIT, timing.max_wait + timing.min_interval)
    return not line.paused and since is not None and now > since + expected
