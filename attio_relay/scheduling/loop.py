"""Runs the schedule: looks what is due, takes the steps side by side, sleeps until there is more to do.

What a step is, is `scheduler`'s business.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from attio_relay.scheduling.scheduler import Scheduler

# Other processes (commands, replicas) change the store without waking this one.
LONGEST_SLEEP = 0.5
AFTER_TROUBLE = 5.0
SIDE_BY_SIDE = 16

logger = logging.getLogger(__name__)


class Rounds:
    """The thread that watches the clock, and those that take steps: one slow target delays no other."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._steps = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="relay-step")
        self._thread = threading.Thread(target=self._work, name="relay-rounds", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def close(self) -> None:
        """End once the steps in progress have ended."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._steps.shutdown(wait=True)

    def _work(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            self._wake.wait(self._round())

    def _round(self) -> float:
        """Begin what is due; how long to sleep."""
        try:
            ready, following = self._scheduler.due()
        except StoreError as error:
            logger.error("The schedule cannot be read: %s", error)  # noqa: TRY400 (a missing database needs no stack)
            return AFTER_TROUBLE
        for name in ready:
            self._begin(name)
        return min(LONGEST_SLEEP, max(0.0, following - time.time()) if following else LONGEST_SLEEP)

    def _begin(self, name: str) -> None:
        with self._lock:
            if name in self._busy:
                return
            self._busy.add(name)
        self._steps.submit(self._step, name)

    def _step(self, name: str) -> None:
        try:
            self._scheduler.step(name)
        except StoreError as error:
            logger.error("Connection %s: the store cannot be written: %s", name, error)  # noqa: TRY400 (as above)
        except Exception:
            # What is written down is taken up again in the next round; the others must go on.
            logger.exception("Connection %s: a step failed.", name)
        finally:
            with self._lock:
                self._busy.discard(name)
            self._wake.set()
