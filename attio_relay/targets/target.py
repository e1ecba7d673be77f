"""The interface of a target: start a job, ask for its state, and find it again after a lost answer.

`command`, `airbyte`, `signed_http` and `templated_http` implement `Target`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from requests import ConnectTimeout
from urllib3.exceptions import NewConnectionError

if TYPE_CHECKING:
    from requests import RequestException, Response

# The longest wait in seconds that is taken from an answer.
LONGEST_PAUSE = 3600
# The digits of Retry-After that are read: converting thousands of digits would take long.
DIGITS = 9


class JobState(Enum):
    """The state of a job, as far as the target can tell."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """A person stopped it."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A run as it was stored before its start; the same for every try. `at` is seconds since 1970."""

    run_id: str
    connection: str
    route: str
    changes: int
    baseline: str | None
    at: float


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job of the target; `name` is the target's name for it."""

    name: str
    state: JobState
    detail: str | None = None


class SetbackError(Exception):
    """The target did not do what was requested; the scheduler decides what that means for the run."""

    def __init__(self, sentence: str, *, seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds
        """Seconds that the target asks to wait; None when it says nothing."""


class BusyError(SetbackError):
    """Another job of the same connection is running; it may have read before the events came."""


class BlockedError(SetbackError):
    """A person must change something; another try without that would fail in the same way."""


class RefusedError(SetbackError):
    """The target refused, as it would for a mistake in the configuration; a proxy may do so for a moment."""


class LaterError(SetbackError):
    """The target certainly started nothing; a later try may succeed."""


class UnknownOutcomeError(SetbackError):
    """The answer was lost or cannot be used: the job may exist or not."""


def never_left(error: RequestException) -> bool:
    """Whether a request certainly did not arrive, because no connection was made."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError)


def asked_to_wait(answer: Response) -> float | None:
    """The seconds of a Retry-After header, at most 3,600; None unless it is a whole number."""
    wait = answer.headers.get("Retry-After", "")
    return float(min(int(wait[:DIGITS]), LONGEST_PAUSE)) if wait.isascii() and wait.isdigit() else None


def json_of(answer: Response) -> Any:  # noqa: ANN401 (any JSON)
    """The JSON of an answer; raises ValueError for other bodies, and for JSON that is nested too deeply."""
    try:
        return answer.json()
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error


class Target(Protocol):
    """Starts and follows the jobs that sync a connection."""

    @property
    def identity(self) -> str:
        """The place of the target's jobs: a job of another identity does not belong to this target."""
        ...

    @property
    def settle(self) -> float:
        """Seconds for which a job may still appear, from when the relay gave up the answer to its start."""
        ...

    def baseline(self) -> str | None:
        """A mark after which jobs count as the run's; None where run ids identify the jobs.

        Raises LaterError, RefusedError or BlockedError.
        """
        ...

    def start(self, intent: Intent) -> Job:
        """Start a job for the run; raises any subclass of SetbackError."""
        ...

    def find(self, intent: Intent) -> Job | None:
        """The job of a start without a certain answer; None when it was certainly not made.

        Raises LaterError, RefusedError or BlockedError.
        """
        ...

    def look(self, job: str) -> Job:
        """The job's state; raises LaterError, RefusedError or BlockedError."""
        ...
