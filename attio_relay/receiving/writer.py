"""Group commit: deliveries that arrive together share one commit, and each is answered once it is on disk.

One thread writes; while it waits for the disk, the next group gathers.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from attio_relay.store.database import StoreError
from attio_relay.store.deliveries import Delivery
from attio_relay.traces import span
from attio_relay.words import counted

LARGEST_GROUP = 512

logger = logging.getLogger(__name__)

Accept = Callable[[Sequence[Delivery]], list[bool]]
Waiting = tuple[Delivery | None, "asyncio.Future[bool]"]


class QueueFullError(Exception):
    """The queue of deliveries is full, or the writer is closing: the sender should come back later."""


class Writer:
    """The thread that stores deliveries, with a queue of at most `capacity` deliveries before it."""

    def __init__(
        self, accept: Accept, *, prove: Callable[[], None], capacity: int, stored: Callable[[], None]
    ) -> None:
        self._accept = accept
        self._prove = prove
        self._capacity = capacity
        self._stored = stored
        self._waiting: deque[Waiting] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="relay-writer", daemon=True)

    @property
    def depth(self) -> int:
        """The number of deliveries that wait."""
        return len(self._waiting)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Store the waiting deliveries, then stop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    async def put(self, delivery: Delivery) -> bool:
        """Wait until the delivery is on disk; True if it was new. Raises QueueFullError or StoreError."""
        return await self._queued(delivery)

    async def prove(self) -> None:
        """Wait until the writer has made a test write; raises QueueFullError or StoreError."""
        await self._queued(None)

    async def _queued(self, delivery: Delivery | None) -> bool:
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        with self._wake:
            if len(self._waiting) >= self._capacity or self._closing:
                raise QueueFullError
            self._waiting.append((delivery, future))
            self._wake.notify()
        return await future

    def _work(self) -> None:
        while group := self._next_group():
            self._settle(group, self._store(group))

    def _next_group(self) -> list[Waiting]:
        with self._wake:
            self._wake.wait_for(lambda: self._waiting or self._closing)
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_GROUP))]

    def _store(self, group: list[Waiting]) -> Sequence[bool | Exception]:
        deliveries = [delivery for delivery, _ in group if delivery is not None]
        try:
            if len(deliveries) < len(group):
                self._prove()
            with span("store", deliveries=len(deliveries)):
                fresh = iter(self._accept(deliveries) if deliveries else ())
        except StoreError as error:
            logger.error("Not stored: %s: %s", counted(len(group), "delivery", "deliveries"), error)  # noqa: TRY400 (a full disk needs no stack)
            return [error] * len(group)
        except Exception:
            # One delivery must not end the thread, so each of the group is stored on its own.
            if len(group) > 1:
                return [result for each in group for result in self._store([each])]
            logger.exception(
                "A delivery cannot be stored: %s.",
                ", ".join(each.route for each in deliveries) or "the probe",
            )
            return [StoreError("This delivery cannot be stored.")]
        if deliveries:
            self._stored()
        return [delivery is not None and next(fresh) for delivery, _ in group]

    @staticmethod
    def _settle(group: list[Waiting], results: Sequence[bool | Exception]) -> None:
        """Answer a group with one call into the event loop: a call for each costs more than storing."""

        def settle() -> None:
            for (_, future), result in zip(group, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

        group[0][1].get_loop().call_soon_threadsafe(settle)
