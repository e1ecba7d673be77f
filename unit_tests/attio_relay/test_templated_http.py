"""What the answers of an API mean for the job that was asked for; docs/relay-targets.md has six APIs."""

from typing import Any

import pytest
import requests
import requests_mock

from attio_relay.api_target import ApiTarget
from attio_relay.targets.target import (
    BlockedError,
    Job,
    JobState,
    LaterError,
    RefusedError,
    SetbackError,
    UnknownOutcomeError,
)
from attio_relay.targets.templated_http import ApiJobs
from integration_tests.relay.intents import INTENT

URL = "https://api.example.com"
TARGET: dict[str, Any] = {
    "url": f"{URL}/jobs",
    "job": "data.id",
    "headers": {"Authorization": "Bearer {{ secrets.token }}"},
    "body": {"cause": "run {{ run }}", "changes": "{{ changes }}"},
    "secrets": {"token": "a-token"},
    "progress": {
        "url": f"{URL}/jobs/{{{{ job }}}}",
        "state": "data.state",
        "succeeded": ["done", 10],
        "failed": ["broken"],
        "cancelled": ["stopped"],
    },
}
FIND = {"url": f"{URL}/jobs", "items": "data", "where": "cause", "job": "id"}


def asked(status: int, content: Any, **members: Any) -> ApiJobs:
    """The jobs of an API that answers everything with the same."""
    http = requests_mock.Adapter()
    http.register_uri(requests_mock.ANY, requests_mock.ANY, status_code=status, json=content)
    session = requests.Session()
    session.mount("https://", http)
    return ApiJobs(ApiTarget.model_validate(TARGET | members), session)


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (200, {"data": {}}, UnknownOutcomeError),
        (200, {"data": {"id": ""}}, UnknownOutcomeError),
        (200, None, UnknownOutcomeError),
        (302, {}, RefusedError),
        (401, {}, RefusedError),
        (404, {}, RefusedError),
        (410, {}, BlockedError),
        (429, {}, LaterError),
        (503, {}, UnknownOutcomeError),
    ],
)
def test_each_answer_to_a_start_has_its_meaning(status: int, content: Any, error: type[SetbackError]) -> None:
    """What may have started a job is looked up, what was refused is tried again, what is gone blocks."""
    with pytest.raises(error):
        asked(status, content).start(INTENT)


def test_a_start_is_asked_for_as_the_file_says() -> None:
    """Placeholders are filled in, a number stays a number, and the id of the answer names the job."""
    http = requests_mock.Adapter()
    http.register_uri("POST", f"{URL}/jobs", json={"data": {"id": 901}})
    session = requests.Session()
    session.mount("https://", http)
    job = ApiJobs(ApiTarget.model_validate(TARGET), session).start(INTENT)
    (sent,) = http.request_history

    assert Job(name="901", state=JobState.RUNNING) == job
    assert {"cause": "run run-1", "changes": 3} == sent.json()
    assert "Bearer a-token" == sent.headers["Authorization"]


def test_an_answer_of_200_that_refuses_is_no_start() -> None:
    """GraphQL answers 200 to what it refuses; the path that says so is looked at."""
    jobs = asked(200, {"type": "InvalidSubsetError"}, accepted={"at": "type", "values": ["Success"]})
    with pytest.raises(RefusedError, match="InvalidSubsetError"):
        jobs.start(INTENT)


@pytest.mark.parametrize("content", [{"data": {}}, None, ["nothing"]])
def test_an_answer_without_a_state_is_no_verdict(content: Any) -> None:
    """A page of a proxy, or half of one, means neither done nor failed."""
    with pytest.raises(LaterError):
        asked(200, content).look("901")


@pytest.mark.parametrize(
    ("state", "means"),
    [
        ("done", JobState.SUCCEEDED),
        (10, JobState.SUCCEEDED),
        ("broken", JobState.FAILED),
        ("stopped", JobState.CANCELLED),
        ("queued", JobState.RUNNING),
        (None, JobState.RUNNING),
    ],
)
def test_a_state_means_what_the_file_says(state: Any, means: JobState) -> None:
    """A number is compared as its text, and what the file does not name is still running."""
    assert means is asked(200, {"data": {"state": state}}).look("901").state


def test_a_job_that_the_api_does_not_know_is_refused() -> None:
    """It is no job that ended; the scheduler tells whether that lasts."""
    with pytest.raises(RefusedError, match="has no job 901"):
        asked(404, {}).look("901")


@pytest.mark.parametrize(
    "content", [{"data": [{"id": 7, "cause": "run other"}]}, {"data": None}, {"data": []}, {}]
)
def test_the_jobs_of_others_are_not_found(content: Any) -> None:
    """Neither a list without ours, nor an empty one, nor an answer without a list names a job."""
    assert asked(200, content, find=FIND).find(INTENT) is None


def test_a_job_that_was_named_by_the_request_is_known_without_an_answer() -> None:
    """A start that is answered with `exists` is one that was made before; it is asked for by its name."""
    jobs = asked(409, {}, job="", job_name="sync-{{ run }}", exists=[409])

    assert Job(name="sync-run-1", state=JobState.RUNNING) == jobs.start(INTENT)
    assert 0.0 == jobs.settle
