"""Maintenance: work that is repeated at intervals, such as pruning; one replica does each task at a time.

Each task has a thread of its own: a neighbour that answers slowly, or not at all, holds up the task that asks
it, and no other one. Alerts in particular must go out while Attio is silent.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_relay.store.schedule import ScheduleStore

CHECK_EVERY = 5.0
# Seconds that `close` waits for tasks in progress: a call to a neighbour may take far longer.
GRACE = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MaintenanceTask:
    """One piece of work; `every` is the seconds between two starts."""

    name: str
    every: float
    work: Callable[[], None]
    alone: bool = False
    """Whether each replica does it for itself, also while the store cannot be asked for turns."""


class Maintenance:
    """The threads that do the maintenance tasks."""

    def __init__(self, schedule_store: ScheduleStore, *, owner: str) -> None:
        self._tasks: list[MaintenanceTask] = []
        self._schedule_store = schedule_store
        self._owner = owner
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []

    def add(self, *tasks: MaintenanceTask) -> None:
        """Add tasks."""
        self._tasks += tasks

    def start(self) -> None:
        """Start a thread for each task."""
        # Daemon threads: a call that takes longer than GRACE must not keep the process alive.
        self._threads = [
            threading.Thread(target=self._work, args=(task,), name=f"relay-{task.name}", daemon=True)
            for task in self._tasks
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop after the tasks in progress, at most GRACE seconds later; the next start does the rest."""
        self._closing.set()
        until = time.monotonic() + GRACE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        left = [thread.name for thread in self._threads if thread.is_alive()]
        if left:
            logger.warning("Maintenance tasks in progress are left to the next start: %s.", ", ".join(left))

    def stopped(self, seconds: float) -> bool:
        """Wait for so many seconds; returns True at once when the maintenance tasks are closed."""
        return self._closing.wait(seconds)

    def once(self, task: MaintenanceTask) -> None:
        """Do a task if it is due and no other replica has taken it."""
        try:
            if task.alone or self._schedule_store.take_turn(task.name, owner=self._owner, seconds=task.every):
                task.work()
        except StoreError as error:
            logger.error("The maintenance task %s must wait: %s", task.name, error)  # noqa: TRY400 (no stack needed)
        except Exception:
            # The thread must go on, or the task would not be done again until the relay is restarted.
            logger.exception("The maintenance task %s failed.", task.name)

    def _work(self, task: MaintenanceTask) -> None:
        while not self._closing.wait(task.every if task.alone else CHECK_EVERY):
            self.once(task)
