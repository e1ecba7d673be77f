"""The threads that run the schedule: one finds the connections that are due, others take their steps."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import TYPE_CHECKING

from attio_relay.store.database import StoreError
from attio_relay.store.leases import LEASE

if TYPE_CHECKING:
    from attio_relay.scheduling.scheduler import Scheduler

# Seconds; other processes (commands, replicas) change the store without waking this one.
LONGEST_SLEEP = 0.5
# Each commit of deliveries wakes the thread, and there may be hundreds a second.
LEAST_SLEEP = 0.05
AFTER_TROUBLE = 5.0
SIDE_BY_SIDE = 16
# Seconds between two renewals of the leases. A renewal whose connection fell silent is given up after 10 s,
# and the next one still comes before the lease ends.
RENEW_EVERY = LEASE / 5
RENEW_AGAIN = 0.5
# Seconds that `close` waits for steps in progress: a call to a target may take far longer.
GRACE = 20.0

logger = logging.getLogger(__name__)


class SchedulerLoop:
    """One thread finds due connections, one renews leases, and up to 16 take steps side by side.

    A slow target delays no other connection.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._ended = threading.Event()
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._due: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._workers: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._work, name="relay-rounds", daemon=True)
        self._holder = threading.Thread(target=self._hold, name="relay-leases", daemon=True)

    def start(self) -> None:
        """Start the threads that watch the clock and renew leases."""
        self._thread.start()
        self._holder.start()

    def wake(self) -> None:
        """Look for due connections now."""
        self._wake.set()

    def close(self) -> None:
        """Stop after the steps in progress, at most GRACE seconds later; the next start does the rest."""
        self._closing.set()
        self._wake.set()
        until = time.monotonic() + GRACE
        for _ in self._workers:
            self._due.put(None)
        for thread in (self._thread, *self._workers):
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))
        # The leases are renewed until here, or another replica would begin the steps that are about to end.
        self._ended.set()
        if self._holder.is_alive():
            self._holder.join(max(0.0, until - time.monotonic()))
        if self._busy:
            logger.warning("Steps in progress are left to the next start: %s.", ", ".join(sorted(self._busy)))

    def _work(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            self._wake.wait(self._round())
            self._closing.wait(LEAST_SLEEP)

    def _hold(self) -> None:
        """Renew the leases of the steps in progress; soon again after a failure."""
        pause = RENEW_EVERY
        while not self._ended.wait(pause):
            pause = RENEW_EVERY
            try:
                if self._busy:
                    self._scheduler.hold()
            except StoreError as error:
                pause = RENEW_AGAIN
                logger.error("The leases cannot be renewed: %s", error)  # noqa: TRY400 (a missing database needs no stack)
            except Exception:
                # The thread must go on, or every lease would end while its step lasts.
                pause = RENEW_AGAIN
                logger.exception("The leases cannot be renewed.")

    def _round(self) -> float:
        """Begin the steps that are due; returns the seconds to sleep."""
        try:
            ready, following = self._scheduler.due()
        except StoreError as error:
            logger.error("The schedule cannot be read: %s", error)  # noqa: TRY400 (as above)
            return AFTER_TROUBLE
        except Exception:
            # The thread must go on, or no sync would start until the relay is restarted.
            logger.exception("The schedule cannot be read.")
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
                # Daemon threads: a call that takes longer than GRACE must not keep the process alive.
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
            # The stored state is continued in the next round, and other connections are not affected.
            logger.exception("Connection %s: a step failed.", name)
        finally:
            with self._lock:
                self._busy.discard(name)
            self._wake.set()
