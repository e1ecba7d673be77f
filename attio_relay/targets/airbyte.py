"""The target that starts sync jobs through Airbyte's public API, in the cloud or self-managed.

A target stands for one Airbyte connection: Airbyte syncs whole connections, not streams
(reference.airbyte.com/reference/createjob).
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import requests

from attio_relay.peers import is_success
from attio_relay.punctual import PunctualSession
from attio_relay.targets.target import (
    BlockedError,
    BusyError,
    Intent,
    Job,
    JobState,
    LaterError,
    RefusedError,
    SetbackError,
    UnknownOutcomeError,
    asked_to_wait,
    json_of,
    never_left,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_relay.settings import AirbyteTarget

# `incomplete` means that an attempt failed and others follow.
STATES = {
    "pending": JobState.RUNNING,
    "queued": JobState.RUNNING,
    "running": JobState.RUNNING,
    "incomplete": JobState.RUNNING,
    "succeeded": JobState.SUCCEEDED,
    "failed": JobState.FAILED,
    "cancelled": JobState.CANCELLED,
}
# Of several jobs after the baseline: a finished one spares a sync, a running one may still succeed.
PREFERENCE = {JobState.SUCCEEDED: 2, JobState.RUNNING: 1, JobState.FAILED: 0, JobState.CANCELLED: 0}
# The status of an Airbyte connection that syncs; the others (inactive, deprecated, locked) need a person.
ON = "active"
# Members that errors of Airbyte's own API have, and error pages of a proxy do not.
OWN_ERROR = {"type", "title", "message", "detail", "exceptionClassName"}
REMEDIES = {
    401: "Airbyte does not accept the client id and secret; make a new application key and resume.",
    403: "Airbyte's application may not run this connection; give it the workspace's runner role and resume.",
    404: "Airbyte has no such connection or job; check connection_id and resume.",
    400: "Airbyte refused the request as malformed; check url and connection_id and resume.",
    422: "Airbyte refused the request; check connection_id and that the connection is active, and resume.",
}
# Seconds before its end at which a token is renewed.
MARGIN = 30.0
TOKEN_LIFE = 180.0
PAGE = 20
# Seconds to wait when Airbyte asks for fewer requests without a Retry-After header.
A_WHILE = 60.0
# A job's number has 64 bits, so at most this many digits.
LONGEST_NUMBER = 19

logger = logging.getLogger(__name__)


class AirbyteJobs:
    """The sync jobs of one Airbyte connection."""

    def __init__(
        self, target: AirbyteTarget, clock: Callable[[], float], session: requests.Session | None = None
    ) -> None:
        self._target = target
        self._clock = clock
        self._session = session or PunctualSession()
        self._token: tuple[str, float] | None = None
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        """The Airbyte server and connection, since each connection has its own jobs."""
        return f"airbyte {self._target.url} {self._target.connection_id}"

    @property
    def settle(self) -> float:
        """Seconds for which Airbyte may still make the job, from when the relay gave up its answer."""
        return self._target.settle

    def baseline(self) -> str | None:
        """The number of the newest job; later jobs have higher numbers, whatever the clocks say."""
        return str(max((int(job["jobId"]) for job in self._list()), default=0))

    def start(self, intent: Intent) -> Job:
        """Start a sync job; Airbyte takes no run id, so a job with a lost answer is looked up in its list."""
        body = {"connectionId": self._target.connection_id, "jobType": "sync"}
        try:
            answer = self._ask("POST", "/jobs", body=body)
        except requests.RequestException as error:
            if never_left(error):
                raise LaterError(f"Airbyte cannot be reached ({type(error).__name__}).") from None
            raise UnknownOutcomeError(f"Airbyte's answer was lost ({type(error).__name__}).") from None
        if answer.status_code == requests.codes.conflict:
            self._refuse_what_is_off()
            raise BusyError("Airbyte is already running a sync of this connection.")
        if answer.status_code >= requests.codes.server_error:
            raise UnknownOutcomeError(f"Airbyte answered {answer.status_code}; the job may exist.")
        if answer.status_code in REMEDIES:
            self._refuse_what_is_off()
        _check(answer)
        try:
            return _newer(_job(self._ours(_content(answer))), intent.baseline)
        except LaterError as error:
            raise UnknownOutcomeError("Airbyte took the request, and its answer cannot be read.") from error

    def find(self, intent: Intent) -> Job | None:
        """The best job newer than the baseline, whoever started it: it began after the events it covers."""
        if intent.baseline is None:
            return None
        # A reset or a clearing of the connection is a job as well, and reads nothing.
        syncs = (job for job in self._list() if job.get("jobType", "sync") == "sync")
        jobs = [_job(job) for job in syncs if int(job["jobId"]) > int(intent.baseline)]
        return max(jobs, key=lambda job: (PREFERENCE[job.state], int(job.name)), default=None)

    def look(self, job: str) -> Job:
        """The job's state; raises LaterError when the answer is about another job."""
        found = _job(self._ours(self._get(f"/jobs/{job}", {})))
        if found.name != job:
            raise LaterError("Airbyte's answer is about another job.")
        return found

    def _ours(self, found: dict[str, Any]) -> dict[str, Any]:
        """Return a job; raises LaterError for one of another connection: a cache on the way may return it."""
        named = found.get("connectionId")
        if named is not None and str(named).lower() != self._target.connection_id.lower():
            raise LaterError("Airbyte's answer is about another connection.")
        return found

    def _refuse_what_is_off(self) -> None:
        """Raise BlockedError if Airbyte itself says that the connection is off or gone.

        A 409 or 404 alone can also come from a proxy.
        """
        try:
            answer = self._ask("GET", f"/connections/{self._target.connection_id}")
            found = json_of(answer)
        except (requests.RequestException, ValueError, SetbackError) as error:
            logger.info("Airbyte does not say how the connection stands (%s).", type(error).__name__)
            return
        if not isinstance(found, dict):
            return
        status = found.get("status")
        if is_success(answer) and isinstance(status, str) and status != ON:
            raise BlockedError(f"The connection is {status[:50]} in Airbyte; make it {ON} there and resume.")
        if answer.status_code == requests.codes.not_found and OWN_ERROR & found.keys():
            raise BlockedError(REMEDIES[answer.status_code])

    def _list(self) -> list[dict[str, Any]]:
        found = self._get(
            "/jobs",
            {
                "connectionId": self._target.connection_id,
                "jobType": "sync",
                "orderBy": "createdAt|DESC",
                "limit": str(PAGE),
            },
        )
        jobs = found.get("data")
        if not isinstance(jobs, list) or not all(isinstance(job, dict) and _is_number(job) for job in jobs):
            raise LaterError("Airbyte's list of jobs cannot be read.")
        return [self._ours(job) for job in jobs]

    def _get(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        try:
            return _content(self._ask("GET", path, params=params))
        except requests.RequestException as error:
            raise LaterError(f"Airbyte cannot be reached ({type(error).__name__}).") from None

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Make a request, and once more with a new token if the old one is refused: tokens can end early."""
        answer = self._send(method, path, params=params, body=body)
        if answer.status_code == requests.codes.unauthorized and self._target.token is None:
            with self._lock:
                self._token = None
            answer = self._send(method, path, params=params, body=body)
        return answer

    def _send(
        self, method: str, path: str, *, params: Mapping[str, str] | None, body: Mapping[str, str] | None
    ) -> requests.Response:
        return self._session.request(
            method,
            self._target.url + path,
            params=params,
            json=body,
            headers={"Authorization": f"Bearer {self._bearer()}", "Accept": "application/json"},
            timeout=self._target.timeout,
            # A redirect would send the token to another address.
            allow_redirects=False,
        )

    def _bearer(self) -> str:
        if self._target.token:
            return self._target.token
        with self._lock:
            if self._token is None or self._token[1] - MARGIN < self._clock():
                self._token = self._minted()
            return self._token[0]

    def _minted(self) -> tuple[str, float]:
        credentials = {
            "client_id": self._target.client_id,
            "client_secret": self._target.client_secret,
            "grant_type": "client_credentials",
            "grant-type": "client_credentials",
        }
        try:
            answer = self._session.post(
                f"{self._target.url}/applications/token",
                json=credentials,
                timeout=self._target.timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # The cause is left out, since it holds the secret. Nothing was started without a token.
            raise LaterError(f"Airbyte's tokens cannot be reached ({type(error).__name__}).") from None
        found = _content(answer)
        life = found.get("expires_in")
        return str(found.get("access_token")), self._clock() + (life if isinstance(life, int) else TOKEN_LIFE)


def _check(answer: requests.Response) -> None:
    """Raise the setback that fits a status other than 2xx."""
    status = answer.status_code
    if status in REMEDIES:
        raise RefusedError(REMEDIES[status])
    if status == requests.codes.too_many_requests:
        raise LaterError("Airbyte asks for fewer requests.", seconds=asked_to_wait(answer) or A_WHILE)
    if not is_success(answer):
        raise LaterError(f"Airbyte answered {status}.")


def _content(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of a 2xx answer; raises a setback for any other answer."""
    _check(answer)
    try:
        found = json_of(answer)
    except ValueError as error:
        raise LaterError("Airbyte's answer is not JSON.") from error
    if not isinstance(found, dict):
        raise LaterError("Airbyte's answer is not an object.")
    return found


def _newer(job: Job, baseline: str | None) -> Job:
    """Return a job that was made after the baseline; raises LaterError for one that was there before."""
    if baseline is not None and int(job.name) <= int(baseline):
        raise LaterError("Airbyte's answer names a job that was there before.")
    return job


def _is_number(job: Mapping[str, Any]) -> bool:
    name = str(job.get("jobId", ""))
    return name.isascii() and name.isdigit() and len(name) <= LONGEST_NUMBER


def _job(found: Mapping[str, Any]) -> Job:
    name, status = str(found.get("jobId", "")), str(found.get("status", ""))
    if not _is_number(found) or status not in STATES:
        raise LaterError("Airbyte's answer names no job.")
    failed = STATES[status] is JobState.FAILED
    detail = f"Airbyte's job {name} {status}." if failed else None
    if STATES[status] is JobState.CANCELLED:
        detail = f"Airbyte's job {name} was cancelled"
    return Job(name=name, state=STATES[status], detail=detail)
