"""Rate limits: when a request to Attio may start. One governor per process for all that talks to Attio.

Keeps Attio's published limits (docs.attio.com/rest-api/guides/rate-limiting), waits when Attio asks to, and
adapts how many requests are in flight, because the limits on a query's score have no published numbers.
`transport` sends the requests and tries them again.
"""

import fnmatch
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import Final, Literal

from attio_api.moments import http_date

Kind = Literal["read", "write"]

ENDPOINT_LIMITS: Final[Mapping[tuple[str, str], float]] = MappingProxyType(
    {
        ("GET", "/v2/notes"): 10,
        ("POST", "/v2/objects/*/records/merge"): 5,
        ("POST", "/v2/sql"): 2,
        ("POST", "/v2/files/upload"): 1,
        ("POST", "/v2/meetings/*/call_recordings"): 1,
    }
)
LEAST_A_SECOND: Final = 0.01
"""The slowest pace that may be set: with one request in much more than a minute nothing would ever end."""
_KINDS: Final[tuple[Kind, Kind]] = ("read", "write")
_READS_BY_POST: Final = ("/query", "/search", "/v2/sql")
_SECOND: Final = 1.0
_WINDOW: Final = 1.01
"""Seconds of a window: a hundredth more than one, since calls may reach Attio closer than they were sent."""
_MOST_IN_FLIGHT: Final = 64
_FIRST_IN_FLIGHT: Final = 32
_LONGEST_PAUSE: Final = 900.0


def kind_of(method: str, path: str) -> Kind:
    """The kind of a request; POST to a query, to a search or to `/v2/sql` is a read."""
    if method.upper() in {"GET", "HEAD", "OPTIONS"}:
        return "read"
    return "read" if method.upper() == "POST" and path.endswith(_READS_BY_POST) else "write"


class _Door:
    """Lets a limited number of threads in, first come, first served."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._inside = 0
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            if not self._waiting and self._inside < int(self.limit):
                self._inside += 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            self._admit()

    def adapt(self, change: Callable[[float], float]) -> None:
        """Change the limit, within 1 and 64."""
        with self._lock:
            self.limit = min(max(change(self.limit), 1.0), float(_MOST_IN_FLIGHT))
            self._admit()

    def _admit(self) -> None:
        while self._waiting and self._inside < int(self.limit):
            self._inside += 1
            self._waiting.popleft().release()


class _Window:
    """Remembers the last starts, so that no second ever holds more of them than the limit.

    Starts are spread as well. A network delays some requests more than others: if all requests of one second
    started together, and those of the next a second later, some of both would reach Attio within one second.
    So two starts are at least half of their share of a second apart.
    """

    def __init__(self, per_second: float) -> None:
        # Below one a second the window grows instead: 0.5/s is one start in two seconds.
        self.door = _Door(1)
        self._span = _WINDOW if per_second >= 1 else _WINDOW / per_second
        most = max(int(per_second), 1)
        self._apart = self._span / most / 2
        self._starts: deque[float] = deque(maxlen=most)
        self.per_second = most / self._span

    def free_at(self) -> float:
        """Return the time, by the governor's clock, from which one more start fits."""
        if not self._starts:
            return float("-inf")
        full = len(self._starts) == self._starts.maxlen
        return max(self._starts[-1] + self._apart, self._starts[0] + self._span if full else float("-inf"))

    def start(self, now: float) -> None:
        """Remember a start."""
        self._starts.append(now)


class Governor:
    """Gives every request its turn; thread-safe, fair, and cheap enough to ask before each of them."""

    def __init__(  # noqa: PLR0913 (each is a limit, or a seam that a test replaces)
        self,
        reads_per_second: float = 100.0,
        writes_per_second: float = 25.0,
        *,
        requests_per_second: float | None = None,
        endpoint_limits: Mapping[tuple[str, str], float] = ENDPOINT_LIMITS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Set the limits; `requests_per_second` limits reads and writes together, beside their own limits."""
        self._kinds = {"read": _Window(reads_per_second), "write": _Window(writes_per_second)}
        self._endpoints = {key: _Window(rate) for key, rate in endpoint_limits.items()}
        self._all = [_Window(requests_per_second)] if requests_per_second else []
        self._in_flight = {"read": _Door(_FIRST_IN_FLIGHT), "write": _Door(_FIRST_IN_FLIGHT)}
        self._clock, self._sleep, self._wall = clock, sleep, wall
        self._paused_until = dict.fromkeys(_KINDS, float("-inf"))
        self._calm_until = dict.fromkeys(_KINDS, float("-inf"))
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, kind: Kind, method: str = "GET", path: str = "/") -> Iterator[None]:
        """Wait for a turn, and hold a place in flight during the block; its success raises the limit."""
        with ExitStack() as held:
            self._wait(kind, self._endpoint_windows(method.upper(), path), held)
            yield
        self._in_flight[kind].adapt(lambda limit: limit + 1 / limit)

    def pause_until(
        self, until: str | float | None, *, now: str | float | None = None, kind: Kind | None = None
    ) -> float:
        """Start no request (of a kind) before `until`, then fewer at once; returns the seconds to wait.

        Times are HTTP dates or seconds since 1970. `now` is the time at which Attio wrote the answer; the
        wait is counted from it, so that a wrong clock on our side does no harm.
        """
        seconds = self._seconds_between(now, until)
        with self._lock:
            here = self._clock()
            kinds = [each for each in _KINDS if kind in {each, None}]
            # Requests refused within the same pause share one cause, so the limit is halved only once.
            fresh = [each for each in kinds if self._calm_until[each] <= here]
            self._calm_until |= dict.fromkeys(fresh, here + max(seconds, _SECOND))
            self._paused_until |= {each: max(self._paused_until[each], here + seconds) for each in kinds}
        for each in fresh:
            self._in_flight[each].adapt(lambda limit: limit / 2)
        return seconds

    def in_flight_limit(self, kind: Kind) -> int:
        """Return how many requests of a kind may be in flight just now."""
        return int(self._in_flight[kind].limit)

    def most_a_second(self, kind: Kind) -> float:
        """Return how many requests of a kind may start in a second, if no other kind is sent."""
        return min(window.per_second for window in (self._kinds[kind], *self._all))

    def _endpoint_windows(self, method: str, path: str) -> list[_Window]:
        return [
            window
            for (verb, pattern), window in self._endpoints.items()
            if verb == method and fnmatch.fnmatchcase(path, pattern)
        ]

    def _wait(self, kind: Kind, narrow: list[_Window], held: ExitStack) -> None:
        """Wait at each limit, the narrowest first.

        All threads wait at the limits in this order, so no two can wait for each other, and a thread that
        waits at a narrow limit blocks no other thread at a wider one.
        """
        first = [*narrow, self._kinds[kind]]
        with ExitStack() as doors:
            for window in first:
                self._go_through(window, doors)
            held.enter_context(self._in_flight[kind])
            self._sleep_until(lambda: self._paused_until[kind])
            for window in self._all:
                self._go_through(window, doors)
                self._sleep_until(lambda: self._paused_until[kind])
            now = self._clock()
            for window in (*first, *self._all):
                window.start(now)

    def _go_through(self, window: _Window, doors: ExitStack) -> None:
        doors.enter_context(window.door)
        self._sleep_until(window.free_at)

    def _sleep_until(self, moment: Callable[[], float]) -> None:
        # The time is asked again after each sleep: a pause may have grown, and a sleep may end early.
        while (wait := moment() - self._clock()) > 0:
            self._sleep(wait)

    def _seconds_between(self, now: str | float | None, until: str | float | None) -> float:
        start, end = (http_date(each) if isinstance(each, str) else each for each in (now, until))
        if end is None:
            return 0.0
        return min(max(end - (self._wall() if start is None else start), 0.0), _LONGEST_PAUSE)
