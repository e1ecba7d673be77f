"""Runs work with a time limit, whatever it waits for: DNS, a connection, a silent server."""

from __future__ import annotations

import os
import queue
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

SECONDS_OF_A_CHECK: Final = 25.0
"""Airbyte's platform waits half a minute for the answer to `check`, from the start of the command."""
UNFORESEEN_IN_A_CHECK: Final = (
    "The check failed with an unexpected error ({kind}). The log says where; "
    "please report it together with the log."
)
"""Answers a check that met a bug of its own: without an answer, the platform shows only the exit code."""
_LEAST: Final = 2.0
"""Seconds that a check has at least, even where the start took all of the time."""
BEGAN_AT: Final = 19
"""Place of the start time (in ticks since boot) among the fields after the name in `/proc/<pid>/stat`."""


class OverdueError(Exception):
    """The work was not done in time. Its thread goes on until the process ends."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return or raise what the work does; raises OverdueError when it takes longer than `seconds`.

    Threads that the work has started may keep the process from ending.
    """
    done: queue.SimpleQueue[_Outcome[Result]] = queue.SimpleQueue()
    threading.Thread(target=lambda: done.put(_Outcome(work)), name="within", daemon=True).start()
    try:
        outcome = done.get(timeout=seconds)
    except queue.Empty:
        raise OverdueError from None
    if outcome.raised is not None:
        raise outcome.raised
    return outcome.returned[0]


def seconds_left(age: Callable[[], float] | None = None) -> float:
    """Seconds that a command has left for its check, after those that its own start took."""
    return max(SECONDS_OF_A_CHECK - (age or process_age)(), _LEAST)


def process_age() -> float:
    """Seconds since this process was started; zero where `/proc` does not exist."""
    try:
        told = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    return age_told(told, ticks=os.sysconf("SC_CLK_TCK"), uptime=time.clock_gettime(time.CLOCK_BOOTTIME))


def age_told(told: str, *, ticks: int, uptime: float) -> float:
    """Seconds since a process was started, by its `/proc/<pid>/stat`."""
    return uptime - int(stat_fields(told)[BEGAN_AT]) / ticks


def stat_fields(told: str) -> list[str]:
    """The fields of `/proc/<pid>/stat` after the name, which may hold any text; the state is the first."""
    return told.rpartition(")")[2].split()


class _Outcome(Generic[Result]):
    """Does the work, and holds its result or its error for the thread that waits."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self.raised: BaseException | None = None
        self.returned: list[Result] = []
        try:
            self.returned.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self.raised = error
