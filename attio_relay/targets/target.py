"""What the relay can set in motion, seen from the schedule: start, look, find again.

`command`, `airbyte`, `signed_http` and `templated_http` implement `Target`; one more kind is one more class.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from requests import ConnectTimeout
from urllib3.exceptions import NewConnectionError

if TYPE_CHECKING:
    from requests import RequestException, Response

# Seconds; an answer that asks for more is asked again after these.
LONGEST_PAUSE = 3600
# Digits that are looked at: turning thousands of them into a number would cost time.
DIGITS = 9


class JobState(Enum):
    """What became of a job, as far as the target can tell."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """A person stopped it."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A run as it was written down before it is started; the same one however often it is tried."""

    run_id: str
    connection: str
    route: str
    changes: int
    baseline: str | None
    at: float


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job of the target and how it stands."""

    name: str
    state: JobState
    detail: str | None = None


class SetbackError(Exception):
    """The target did not do as asked; what that means for the run depends on what was asked."""

    def __init__(self, sentence: str, *, seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds
        """How long the target asks to be left alone."""


class BusyError(SetbackError):
    """Another job of the same connection is running; it may have read before our events came."""


class BlockedError(SetbackError):
    """A person must change something; trying again by itself would fail the same way."""


class RefusedError(SetbackError):
    """Refused as a mistake of a person would be; but a proxy in between may say the same for a moment."""


class LaterError(SetbackError):
    """The target certainly did not start anything and asks for patience."""


class UnknownOutcomeError(SetbackError):
    """Asked, but the answer was lost or is of no use: the job may exist or not."""


def never_left(error: RequestException) -> bool:
    """Tell whether a request certainly did not arrive: no connection was made to send it on."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError)


def asked_to_wait(answer: Response) -> float | None:
    """The seconds of a Retry-After header, an hour at most; nothing for what is no number."""
    wait = answer.headers.get("Retry-After", "")
    return float(min(int(wait[:DIGITS]), LONGEST_PAUSE)) if wait.isascii() and wait.isdigit() else None


class Target(Protocol):
    """Something that syncs a connection."""

    @property
    def identity(self) -> str:
        """Where its jobs are: those of another identity are none of ours."""
        ...

    @property
    def settle(self) -> float:
        """For how many seconds after a start without an answer its job may still appear."""
        ...

    def baseline(self) -> str | None:
        """A mark such that only jobs made after this moment count as ours; None where run ids suffice.

        Raises LaterError, RefusedError or BlockedError.
        """
        ...

    def start(self, intent: Intent) -> Job:
        """Set the run going; raises any of the setbacks."""
        ...

    def find(self, intent: Intent) -> Job | None:
        """The job of an intent whose start had no certain answer; nothing when it certainly was not made.

        Raises LaterError or BlockedError.
        """
        ...

    def look(self, job: str) -> Job:
        """How a job stands; raises LaterError or BlockedError."""
        ...
