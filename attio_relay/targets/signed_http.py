"""The target that calls a URL with a message signed as standardwebhooks.com describes it.

Any 2xx answer means that the sync which covers this run is done. The message's id is the run's id and a
repeat has the same body, so that the receiver recognises a repeat. 410 blocks the connection; any other
refusal is tried again later.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from attio_relay.peers import is_success, signed
from attio_relay.punctual import PunctualSession
from attio_relay.targets.target import (
    BlockedError,
    Intent,
    Job,
    JobState,
    LaterError,
    UnknownOutcomeError,
    asked_to_wait,
    never_left,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_relay.settings import HttpTarget

GONE = 410


class SignedCalls:
    """A URL whose receiver does the sync before it answers."""

    def __init__(
        self, target: HttpTarget, clock: Callable[[], float], session: requests.Session | None = None
    ) -> None:
        self._target = target
        self._clock = clock
        self._session = session or PunctualSession()

    @property
    def identity(self) -> str:
        """The URL, in which the store need not keep a user and password; another one is another target."""
        parts = urlsplit(self._target.url)
        return f"http {parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()}"

    @property
    def settle(self) -> float:
        """0, since no job can be looked up: the call is repeated, and the receiver recognises its id."""
        return 0.0

    def baseline(self) -> str | None:
        """None, since the receiver recognises a run by its id."""
        return None

    def start(self, intent: Intent) -> Job:
        """Call the URL; a 2xx answer ends the run. Raises LaterError, BlockedError or UnknownOutcomeError."""
        body = json.dumps(message(intent)).encode()
        try:
            answer = self._session.post(
                self._target.url,
                data=body,
                headers={"Content-Type": "application/json"} | self._signature(intent, body),
                timeout=self._target.timeout,
                # A redirect could lead into the relay's own network.
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            if never_left(error):
                raise LaterError(f"The receiver cannot be reached ({type(error).__name__}).") from None
            raise UnknownOutcomeError(f"The call had no answer ({type(error).__name__}).") from None
        with answer:
            return _verdict(intent, answer)

    def find(self, intent: Intent) -> Job | None:
        """None, since no job can be looked up: the call is repeated, and the receiver recognises its id."""
        del intent
        return None

    def look(self, job: str) -> Job:
        """Succeeded, since a call becomes a job only with a 2xx answer."""
        return Job(name=job, state=JobState.SUCCEEDED)

    def _signature(self, intent: Intent, body: bytes) -> dict[str, str]:
        return signed(self._target.secret, intent.run_id, body, now=self._clock())


def message(intent: Intent) -> dict[str, object]:
    """The message's body; the same for every try of a run."""
    return {
        "type": "attio.changed",
        "timestamp": datetime.fromtimestamp(intent.at, UTC).isoformat(timespec="milliseconds"),
        "data": {
            "run": intent.run_id,
            "connection": intent.connection,
            "route": intent.route,
            "changes": intent.changes,
        },
    }


def _verdict(intent: Intent, answer: requests.Response) -> Job:
    status = answer.status_code
    if is_success(answer):
        return Job(name=intent.run_id, state=JobState.SUCCEEDED)
    if status == GONE:
        raise BlockedError("The receiver answered 410: it wants no more of these; correct url and resume.")
    # Whatever it did with the call, a repeat under another id would be another message to it.
    raise UnknownOutcomeError(f"The receiver answered {status}.", seconds=asked_to_wait(answer))
