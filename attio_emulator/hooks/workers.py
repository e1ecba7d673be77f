"""Carries webhook deliveries to their targets from a background thread.

What is due and what an answer means is decided by `deliveries`; this module only waits, posts and reports.
"""

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urlsplit

from attio_emulator.hooks.deliveries import SECOND, Deliveries
from attio_emulator.hooks.webhooks import Delivery, Reply

Transport = Callable[[str, bytes, Mapping[str, str], float], Reply]
WORKERS: Final = 16


def post(target_url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Reply:
    """Post once without following redirects; a failed connection becomes a reply with its trouble."""
    url = urlsplit(target_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=timeout)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        connection.request("POST", path, body, dict(headers))
        return Reply(status=connection.getresponse().status)
    except (OSError, ValueError, http.client.HTTPException) as trouble:
        return Reply(trouble=f"{type(trouble).__name__}: {trouble}")
    finally:
        connection.close()


class DeliveryWorkers:
    """One thread starts the due deliveries; a few others wait for the answers of targets."""

    def __init__(
        self,
        deliveries: Deliveries,
        *,
        clock: Callable[[], int],
        clock_runs: Callable[[], bool],
        wall: Callable[[], int] = time.monotonic_ns,
        transport: Transport = post,
    ) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._clock_runs = clock_runs
        self._wall = wall
        self._transport = transport
        self._changed = threading.Condition()
        self._stopped = False
        self._news = 0
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="attio-webhook")
        self._thread = threading.Thread(target=self._run, name="attio-deliveries", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Start no more deliveries, and wait for those in flight."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join()
        self._pool.shutdown()

    def wake(self) -> None:
        """Check again for due deliveries, after an event, a move of the clock, or a change of options."""
        if self._deliveries.open():
            self._look_again()

    def _look_again(self) -> None:
        with self._changed:
            self._news += 1
            self._changed.notify_all()

    def drain(self, timeout: float) -> bool:
        """Wait until every delivery was tried once, with a stopped clock the due ones; False on timeout."""
        self._deliveries.seal()
        self._look_again()
        with self._changed:
            return self._changed.wait_for(self._drained, timeout)

    def _drained(self) -> bool:
        return self._deliveries.idle(None if self._clock_runs() else self._clock())

    def _run(self) -> None:
        while not self._stopped:
            seen = self._news
            for delivery in self._deliveries.take(self._clock(), self._wall()):
                self._pool.submit(self._carry, delivery)
            with self._changed:
                self._changed.notify_all()
                if self._news == seen and not self._stopped:
                    self._changed.wait(self._pause())

    def _pause(self) -> float | None:
        pause = self._deliveries.pause(self._clock(), self._wall(), clock_runs=self._clock_runs())
        return None if pause is None else pause / SECOND

    def _carry(self, delivery: Delivery) -> None:
        timeout = self._deliveries.options.timeout_seconds
        answer = self._transport(delivery.target_url, delivery.body, delivery.headers, timeout)
        self._deliveries.answered(delivery, answer, self._clock())
        self._look_again()
