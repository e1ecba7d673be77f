"""Runs work with a time limit, whatever it waits for: DNS, a connection, a silent server."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class OverdueError(Exception):
    """The work was not done in time. Its thread goes on until the process ends."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Do the work and return what it returns, or raise what it raises; raises OverdueError after the time.

    Threads that the work has started may keep a process from ending; `is_deserted` says whether that can be.
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


def is_deserted() -> bool:
    """Whether work of `within` still runs."""
    return any(thread.name == "within" for thread in threading.enumerate())


class _Outcome(Generic[Result]):
    """What became of the work, from its thread to the one that waits."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self.raised: BaseException | None = None
        self.returned: list[Result] = []
        try:
            self.returned.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self.raised = error
