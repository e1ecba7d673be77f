"""Runs the schedule: looks what is due, takes the steps side by side, sleeps until there is more to do."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import TYPE_CHECKING

from attio_relay.store.database import StoreError
from attio_relay.store.schedule import LEASE

if TYPE_CHECKING:
    from attio_relay.scheduling.scheduler import Scheduler

# Other processes (commands, replicas) change the store without waking this one.
LONGEST_SLEEP = 0.5
AFTER_TROUBLE = 5.0
SIDE_BY_SIDE = 16
# A lease is renewed so often that two renewals may fail before it ends.
RENEW_EVERY = LEASE / 3
# A call to a target may take as long as the file allows; the end of the process does not wait for it.
GRACE = 20.0

logger = logging.getLogger(__name__)


class Rounds:
    """The thread that watches the clock, and those that take steps: one slow target delays no other."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._due: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._workers: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._work, name="relay-rounds", daemon=True)
        self._holder = threading.Thread(target=self._hold, name="relay-leases", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._holder.start()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def close(self) -> None:
        """End once the steps in progress have ended or have had their time; the next start finds them."""
        self._closing.set()
        self._wake.set()
        until = time.monotonic() + GRACE
        for _ in self._workers:
            self._due.put(None)
        for thread in (self._thread, self._holder, *self._workers):
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))
        if self._busy:
            logger.warning("Steps in progress are left to the next start: %s.", ", ".join(sorted(self._busy)))

    def _work(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            self._wake.wait(self._round())

    def _hold(self) -> None:
        """Renew the leases of the steps in progress."""
        while not self._closing.wait(RENEW_EVERY):
            try:
                if self._busy:
                    self._scheduler.hold()
            except StoreError as error:
                logger.error("The leases cannot be renewed: %s", error)  # noqa: TRY400 (a missing database needs no stack)

    def _round(self) -> float:
        """Begin what is due; how long to sleep."""
        try:
            ready, following = self._scheduler.due()
        except StoreError as error:
            logger.error("The schedule cannot be read: %s", error)  # noqa: TRY400 (as above)
            return AFTER_TROUBLE
        for name in ready:
            self._begin(name)
        return min(LONGEST_SLEEP, max(0.0, following - time.time()) if following else LONGEST_SLEEP)

    def _begin(self, name: str) -> None:
        with self._lock:
            if name in self._busy:
                return
            self._busy.add(name)
            if len(self._workers) < min(SIDE_BY_SIDE, len(self._busy)):
                # Daemons: a call that takes longer than the grace must not keep the process alive.
                worker = threading.Thread(target=self._steps, name="relay-step", daemon=True)
                self._workers.append(worker)
                worker.start()
        self._due.put(name)

    def _steps(self) -> None:
        while (name := self._due.get()) is not None:
            self._step(name)

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
