"""Hears when Attio asks to wait, so that a sync that stands still can say why.

The waiting itself is done by the thread that asks; the thread that talks to the platform only has to know.
"""

from concurrent.futures import Future
from threading import Lock

import requests

_TOO_MANY = 429


class Waits:
    """Remembers that an answer was a refusal for lack of quota, until somebody takes note."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heard: Future[None] = Future()
        self._until = ""

    def listen_to(self, session: requests.Session) -> requests.Session:
        """Hear a session's answers; returns the session."""
        session.hooks["response"].append(self._listen)
        return session

    @property
    def heard(self) -> "Future[None]":
        """Done as soon as Attio has asked to wait."""
        return self._heard

    def take(self) -> str | None:
        """Return until when Attio asked to wait, in its own words, if it did since this was asked last."""
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
