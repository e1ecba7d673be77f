"""A clock that stands still until somebody sleeps; safe with threads."""

import threading


class FakeClock:
    """Seconds since an arbitrary start; sleeping moves it and is written down."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def __call__(self) -> float:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._now += seconds
