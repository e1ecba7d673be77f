"""The target that calls a URL with a message signed as standardwebhooks.com describes it.

Any 2xx means: the sync that covers this run is done. The message's id is the run's, so that a repeat is
known as one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import requests

from attio_relay.targets.target import BlockedError, Intent, Job, JobState, LaterError, UnknownOutcomeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_relay.settings import HttpTarget

GONE = 410
LATER = frozenset({408, 425, 429})


class SignedCalls:
    """One URL that does the work before it answers."""

    def __init__(
        self, target: HttpTarget, clock: Callable[[], float], session: requests.Session | None = None
    ) -> None:
        self._target = target
        self._clock = clock
        self._session = session or requests.Session()

    def baseline(self) -> str | None:
        """Not needed: the receiver knows a run by its id."""
        return None

    def start(self, intent: Intent) -> Job:
        """Call, and take the answer as the end of the run."""
        body = json.dumps(
            {
                "type": "attio.changed",
                "run": intent.run_id,
                "connection": intent.connection,
                "route": intent.route,
                "changes": intent.changes,
            }
        ).encode()
        try:
            answer = self._session.post(
                self._target.url,
                data=body,
                headers={"Content-Type": "application/json"} | self._signed(intent, body),
                timeout=self._target.timeout,
                # A redirect could point into the relay's own network.
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            raise UnknownOutcomeError(f"The call had no answer ({type(error).__name__}).") from None
        with answer:
            return _verdict(intent, answer)

    def find(self, intent: Intent) -> Job | None:
        """Nothing to look at: a receiver that keeps to the standard knows a repeat by its id."""
        del intent
        return None

    def look(self, job: str) -> Job:
        """A run ends with its call; there is never one to follow."""
        return Job(name=job, state=JobState.FAILED, detail="The call was cut off.")

    def _signed(self, intent: Intent, body: bytes) -> dict[str, str]:
        at = str(int(self._clock()))
        message = f"{intent.run_id}.{at}.".encode() + body
        digest = hmac.new(self._target.secret.encode(), message, hashlib.sha256).digest()
        return {
            "webhook-id": intent.run_id,
            "webhook-timestamp": at,
            "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        }


def _verdict(intent: Intent, answer: requests.Response) -> Job:
    status = answer.status_code
    if answer.ok and status < requests.codes.multiple_choices:
        return Job(name=intent.run_id, state=JobState.SUCCEEDED)
    if status in LATER:
        wait = answer.headers.get("Retry-After", "")
        raise LaterError(f"The receiver answered {status}.", seconds=float(wait) if wait.isdigit() else None)
    if status == GONE or status < requests.codes.server_error:
        raise BlockedError(f"The receiver answered {status}; correct url or receiver and resume.")
    raise UnknownOutcomeError(f"The receiver answered {status}.")
