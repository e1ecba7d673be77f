"""Tells the time by Attio's answers, so that a wrong clock on our side does no harm."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import requests

from attio_api.moments import as_moment, http_date

_EXACT = "x-accurate-at"


class ServerClock:
    """Remembers the newest time that an answer carried.

    Once Attio has told its time, a `Date` counts no more: gateways, which answer by clocks of their own, send
    only that.
    """

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._lock = threading.Lock()
        self._heard = ""
        self._is_exact = False

    def listen_to(self, session: requests.Session) -> requests.Session:
        """Read the times of a session's answers; returns the session."""
        session.hooks["response"].append(self._listen)
        return session

    def now(self) -> str:
        """Return the newest time of an answer, in Attio's format; our own clock's before the first one."""
        with self._lock:
            return self._heard or _iso(self._wall())

    @property
    def heard(self) -> str:
        """The newest time that an answer carried; empty before the first one."""
        with self._lock:
            return self._heard

    def _listen(self, answer: requests.Response, *_: object, **__: object) -> None:
        moment = as_moment(answer.headers.get(_EXACT))
        date = http_date(answer.headers.get("Date"))
        with self._lock:
            if moment:
                self._heard = max(self._heard, moment.iso()) if self._is_exact else moment.iso()
                self._is_exact = True
            elif date is not None and not self._is_exact:
                self._heard = max(self._heard, _iso(date))


def _iso(seconds: float) -> str:
    moment = as_moment(datetime.fromtimestamp(seconds, tz=UTC))
    return moment.iso() if moment else ""
