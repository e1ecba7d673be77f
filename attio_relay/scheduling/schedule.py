"""When a connection's next step is due; pure.

Debounce waits for quiet, the longest wait keeps a steady stream from starving, the interval and the back-off
keep the target from being run down: Airbyte switches a connection off after 30 failed syncs in a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_relay.store.lines import SKEW, Line, State

if TYPE_CHECKING:
    from attio_relay.settings import Timing

LONGEST_BACKOFF = 3600.0
ALERT_AFTER = 3
LONGEST_BUSY_PAUSE = 60.0
# Nothing reads healthy for longer while an event is uncovered and no sync runs.
LONGEST_WAIT = 300.0
# So many refusals in a row, over so many seconds, are no passing trouble.
REFUSALS = 5
REFUSED_FOR = 600.0


def due_at(line: Line, timing: Timing) -> float | None:
    """The moment of the next step; nothing when only an event or a person can bring one about."""
    if line.state is State.BLOCKED:
        return None
    if line.state is not State.IDLE:
        return line.not_before
    if line.paused or line.seen <= line.done:
        return None
    last, first = line.last_at or 0.0, line.first_at or 0.0
    return max(min(last + timing.debounce, first + timing.max_wait), line.not_before)


def is_ahead(line: Line, *, now: float) -> bool:
    """Tell whether the line was written before the clock was set back."""
    return max(line.noted_at, line.last_at or 0.0, line.intent_at or 0.0) > now + SKEW


def backoff(fails: int, *, chance: float) -> float:
    """Seconds until the next try after so many failures, spread by a number from 0 to 1."""
    return min(2.0 ** min(fails, 20), LONGEST_BACKOFF) * (0.75 + 0.5 * chance)


def after_success(line: Line, timing: Timing, *, now: float) -> float:
    """The earliest next start: intervals count from start to start."""
    return max(now, (line.intent_at or now) + timing.min_interval)


def after_busy(line: Line, timing: Timing) -> float:
    """How long to leave a target alone that is busy: longer each time, as it may be so for hours."""
    return min(timing.poll * 2.0 ** min(line.busy, 20), max(timing.poll, LONGEST_BUSY_PAUSE))


def is_lasting(line: Line, *, now: float) -> bool:
    """Tell whether one more refusal is no passing trouble of a proxy: several in a row, over some time."""
    since = line.trouble_since
    return line.refused + 1 >= REFUSALS and since is not None and now >= since + REFUSED_FOR


def uncovered_since(line: Line) -> float | None:
    """When the oldest event came that no sync covers."""
    if line.seen <= line.done:
        return None
    return min((at for at in (line.first_at, line.claimed_first_at) if at is not None), default=None)


def is_overdue(line: Line, timing: Timing, *, now: float) -> bool:
    """Tell whether a run takes longer than anybody should wait in silence."""
    busy = line.state in (State.STARTING, State.RUNNING)
    return busy and line.intent_at is not None and now > line.intent_at + timing.patience


def needs_attention(line: Line, timing: Timing, *, now: float) -> bool:
    """Tell whether a person should look: blocked, failing again and again, or events wait far too long."""
    if line.state is State.BLOCKED or line.fails >= ALERT_AFTER or is_overdue(line, timing, now=now):
        return True
    since = uncovered_since(line)
    expected = max(LONGEST_WAIT, timing.max_wait + timing.min_interval)
    waits = line.state is not State.RUNNING and not line.paused
    return waits and since is not None and now > since + expected
