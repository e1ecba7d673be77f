"""The target that starts a job through an API described in the file, and follows it to its end.

docs/relay-targets.md describes dbt Cloud, Dagster, Airflow, Prefect, Kestra and GitHub Actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from attio_relay.peers import is_success
from attio_relay.punctual import PunctualSession
from attio_relay.targets.target import (
    BlockedError,
    Intent,
    Job,
    JobState,
    LaterError,
    RefusedError,
    UnknownOutcomeError,
    asked_to_wait,
    json_of,
    never_left,
)
from attio_relay.templates import MISSING, Fact, address, at, filled, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_relay.api_target import ApiTarget, Ask


class ApiJobs:
    """The jobs of one API."""

    def __init__(self, target: ApiTarget, session: requests.Session | None = None) -> None:
        self._target = target
        self._session = session or PunctualSession()
        self._secrets: dict[str, Fact] = {f"secrets.{name}": value for name, value in target.secrets.items()}
        self._host = urlsplit(target.url).hostname

    @property
    def identity(self) -> str:
        """The method and URL with their placeholders unfilled, so that no secret is stored."""
        return f"api {self._target.method} {self._target.url}"

    @property
    def settle(self) -> float:
        """As the file says, from when the answer was given up; 0 when a repeat makes no second job."""
        return 0.0 if self._target.idempotent or self._target.job_name else self._target.settle

    def baseline(self) -> str | None:
        """None, since a job is identified by the run's id."""
        return None

    def start(self, intent: Intent) -> Job:
        """Start the job; its id is taken from the answer or from `job_name`. Raises any setback."""
        facts = self._facts(intent)
        try:
            answer = self._send(self._target, facts)
        except requests.RequestException as error:
            if never_left(error):
                raise LaterError(f"{self._host} cannot be reached ({type(error).__name__}).") from None
            raise UnknownOutcomeError(f"{self._host} did not answer ({type(error).__name__}).") from None
        if answer.status_code in self._target.exists:
            return Job(name=text(self._target.job_name, facts), state=JobState.RUNNING)
        if answer.status_code >= requests.codes.server_error:
            raise UnknownOutcomeError(f"{self._host} answered {answer.status_code}; the job may exist.")
        self._check(answer)
        return self._begun(answer, facts)

    def find(self, intent: Intent) -> Job | None:
        """The job of a start without an answer, by the name that was chosen for it or from a list of jobs."""
        facts = self._facts(intent)
        if self._target.job_name:
            return self._seen(text(self._target.job_name, facts))
        if self._target.find is None:
            return None
        found = self._answer(self._target.find, facts)
        items = at(found, self._target.find.items) if found is not None else []
        if not isinstance(items, list):
            items = [] if items is MISSING or items is None else [items]
        wanted = text(self._target.find.contains, facts)
        ours = (item for item in items if self._is_ours(item, wanted))
        names = [str(at(item, self._target.find.job)) for item in ours]
        return self._seen(names[0]) if names else None

    def look(self, job: str) -> Job:
        """The job's state; raises RefusedError when the API does not know the job."""
        found = self._seen(job)
        if found is None:
            raise RefusedError(f"{self._host} has no job {job}.")
        return found

    def _is_ours(self, item: Any, wanted: str) -> bool:  # noqa: ANN401 (JSON of whatever shape)
        find = self._target.find
        return find is not None and (not find.where or wanted in str(at(item, find.where)))

    def _begun(self, answer: requests.Response, facts: Mapping[str, Fact]) -> Job:
        self._accept(answer)
        if self._target.job_name:
            return Job(name=text(self._target.job_name, facts), state=JobState.RUNNING)
        if not self._target.job:
            raise UnknownOutcomeError(f"{self._host} took the request; its job is looked for.")
        name = at(_content(answer), self._target.job)
        if name is MISSING or name in (None, ""):
            raise UnknownOutcomeError(
                f"{self._host} took the request, and its answer has no {self._target.job}."
            )
        return Job(name=str(name), state=JobState.RUNNING)

    def _accept(self, answer: requests.Response) -> None:
        accepted = self._target.accepted
        if accepted is None:
            return
        value = at(_content(answer), accepted.at)
        if str(value) not in accepted.values:
            said = "nothing" if value is MISSING else str(value)[:100]
            raise RefusedError(
                f"{self._host} did not accept the run: its answer has {said} at {accepted.at}."
            )

    def _seen(self, job: str) -> Job | None:
        """The job's state; None when the API does not know the job."""
        progress = self._target.progress
        found = self._answer(progress, {"job": job} | self._secrets)
        if found is None:
            return None
        value = at(found, progress.state)
        if value is MISSING:
            raise LaterError(f"{self._host}'s answer has no {progress.state}.")
        if str(value) in progress.succeeded:
            return Job(name=job, state=JobState.SUCCEEDED)
        if str(value) in progress.failed:
            return Job(name=job, state=JobState.FAILED, detail=f"The job {job} ended with {value}.")
        if str(value) in progress.cancelled:
            return Job(name=job, state=JobState.CANCELLED, detail=f"The job {job} was cancelled")
        return Job(name=job, state=JobState.RUNNING)

    def _answer(self, ask: Ask, facts: Mapping[str, Fact]) -> Any:  # noqa: ANN401 (as above)
        """The JSON of the API's answer; None for 404."""
        try:
            answer = self._send(ask, facts)
        except requests.RequestException as error:
            raise LaterError(f"{self._host} cannot be reached ({type(error).__name__}).") from None
        if answer.status_code == requests.codes.not_found:
            return None
        self._check(answer)
        found = _content(answer)
        if found is None:
            raise LaterError(f"{self._host}'s answer is not JSON.")
        return found

    def _send(self, ask: Ask, facts: Mapping[str, Fact]) -> requests.Response:
        headers = ask.headers or self._target.headers
        return self._session.request(
            ask.method,
            address(ask.url, facts),
            headers={name: text(value, facts) for name, value in headers.items()},
            json=filled(ask.body, facts),
            timeout=self._target.timeout,
            # A redirect would send the secrets to another address.
            allow_redirects=False,
        )

    def _check(self, answer: requests.Response) -> None:
        """Raise the setback that fits a status other than 2xx."""
        status = answer.status_code
        if status == requests.codes.gone:
            raise BlockedError(
                f"{self._host} answered 410: what the file names is gone; correct it and resume."
            )
        if status == requests.codes.too_many_requests or status >= requests.codes.server_error:
            raise LaterError(f"{self._host} answered {status}.", seconds=asked_to_wait(answer))
        if not is_success(answer):
            raise RefusedError(f"{self._host} answered {status}; check url, headers and secrets.")

    def _facts(self, intent: Intent) -> dict[str, Fact]:
        facts: dict[str, Fact] = {
            "run": intent.run_id,
            "connection": intent.connection,
            "route": intent.route,
            "changes": intent.changes,
            "at": int(intent.at),
        }
        return facts | self._secrets


def _content(answer: requests.Response) -> Any:  # noqa: ANN401 (as above)
    """The JSON of an answer; None when it is not JSON."""
    try:
        return json_of(answer)
    except ValueError:
        return None
