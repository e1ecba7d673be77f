"""Notes when Attio asks to wait (HTTP 429), so that a sync that stands still can say why.

The thread that sent the request does the waiting; the thread that sends Airbyte's messages reads the note.
"""

from concurrent.futures import Future
from threading import Lock

import requests

_TOO_MANY = 429


class RateLimitWaits:
    """Remembers the last answer with HTTP 429 until `take` is called; used by many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heard: Future[None] = Future()
        self._until = ""

    def listen_to(self, session: requests.Session) -> requests.Session:
        """Watch a session's answers; returns the session."""
        session.hooks["response"].append(self._listen)
        return session

    @property
    def heard(self) -> "Future[None]":
        """A future that is done once Attio has asked to wait since the last `take`."""
        return self._heard

    def take(self) -> str | None:
        """Return the last HTTP 429's `Retry-After` ("" for none); None without a 429 since the last call."""
        with self._lock:
            if not self._heard.done():
                return None
            self._heard = Future()
            return self._until

    def _listen(self, answer: requests.Response, *_: object, **__: object) -> None:
        if answer.status_code != _TOO_MANY:
            return
        with self._lock:
            self._until = answer.headers.get("Retry-After", "")
            if not self._heard.done():
                self._heard.set_result(None)
