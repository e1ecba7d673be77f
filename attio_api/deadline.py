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
_LEAST: Final = 2.0
"""So long Attio is asked even where the start took all the time."""
_BEGAN_AT: Final = 19
"""Place of a process's beginning, in ticks since the machine's, in `/proc/<pid>/stat` behind the name."""


class OverdueError(Exception):
    """The work was not done in time. Its thread goes on until the process ends."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Do the work and return what it returns, or raise what it raises; raises OverdueError after the time.

    Threads that the work has started may keep a process from ending.
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
    """How much of the time for a check is left to a command, which has spent some on its own start."""
    return max(SECONDS_OF_A_CHECK - (age or process_age)(), _LEAST)


def process_age() -> float:
    """How many seconds ago this process was started; zero where the system does not tell."""
    try:
        told = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    return age_told(told, ticks=os.sysconf("SC_CLK_TCK"), uptime=time.clock_gettime(time.CLOCK_BOOTTIME))


def age_told(told: str, *, ticks: int, uptime: float) -> float:
    """The age of a process by what Linux tells of it; its name, in brackets, may hold anything."""
    return uptime - int(told.rpartition(")")[2].split()[_BEGAN_AT]) / ticks


class _Outcome(Generic[Result]):
    """What became of the work, from its thread to the one that waits."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self.raised: BaseException | None = None
        self.returned: list[Result] = []
        try:
            self.returned.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self.raised = error
