"""Maintenance: work that is repeated at intervals, such as pruning; one replica does each task at a time."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_relay.store.schedule import ScheduleStore

CHECK_EVERY = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MaintenanceTask:
    """One piece of work; `every` is the seconds between two starts."""

    name: str
    every: float
    work: Callable[[], None]


class Maintenance:
    """The thread that does the maintenance tasks."""

    def __init__(self, schedule_store: ScheduleStore, *, owner: str) -> None:
        self._tasks: list[MaintenanceTask] = []
        self._schedule_store = schedule_store
        self._owner = owner
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="relay-maintenance", daemon=True)

    def add(self, *tasks: MaintenanceTask) -> None:
        """Add tasks."""
        self._tasks += tasks

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the task in progress has ended."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def stopped(self, seconds: float) -> bool:
        """Wait for so many seconds; returns True at once when the maintenance tasks are closed."""
        return self._closing.wait(seconds)

    def round(self) -> None:
        """Do the maintenance tasks that are due and that no other replica has taken."""
        for task in self._tasks:
            try:
                if self._schedule_store.take_turn(task.name, owner=self._owner, seconds=task.every):
                    task.work()
            except StoreError as error:
                logger.error("The maintenance task %s must wait: %s", task.name, error)  # noqa: TRY400 (no stack needed)
            except Exception:
                # A maintenance task that fails must not stop the others.
                logger.exception("The maintenance task %s failed.", task.name)

    def _work(self) -> None:
        while not self._closing.wait(CHECK_EVERY):
            self.round()
