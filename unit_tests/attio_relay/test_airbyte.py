"""Answers of Airbyte, or of whatever stands before it, that look right and are about something else."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
import requests_mock

from attio_relay.settings import AirbyteTarget
from attio_relay.targets.airbyte import AirbyteJobs
from attio_relay.targets.target import (
    BlockedError,
    BusyError,
    Intent,
    Job,
    LaterError,
    SetbackError,
    UnknownOutcomeError,
)

URL = "https://airbyte.example.com"
INTENT = Intent(run_id="r", connection="crm", route="acme", changes=1, baseline="7", at=0.0)


def job(number: int, **other: str) -> dict[str, Any]:
    return {"jobId": number, "status": "succeeded", "jobType": "sync", "connectionId": "Ours"} | other


def answered(content: Any, ask: Callable[[AirbyteJobs], Any]) -> Any:
    target = AirbyteTarget(url=URL, connection_id="ours", token="t")
    with requests_mock.Mocker() as airbyte:
        airbyte.register_uri(requests_mock.ANY, requests_mock.ANY, json=content)
        return ask(AirbyteJobs(target, lambda: 0.0))


@pytest.mark.parametrize("found", [job(8, connectionId="theirs"), job(9), job(80)])
def test_the_state_of_another_job_says_nothing_of_ours(found: dict[str, Any]) -> None:
    """A cache on the way that hands out another answer ends no run."""
    with pytest.raises(LaterError):
        answered(found, lambda jobs: jobs.look("8"))


@pytest.mark.parametrize("found", [job(7), job(3), job(8, connectionId="theirs")])
def test_a_start_that_is_answered_with_an_old_job_is_looked_for(found: dict[str, Any]) -> None:
    """A job that was there before, or of another connection, covers no event that came since."""
    with pytest.raises(UnknownOutcomeError):
        answered(found, lambda jobs: jobs.start(INTENT))


@pytest.mark.parametrize("ask", [lambda jobs: jobs.baseline(), lambda jobs: jobs.find(INTENT)])
def test_a_list_of_another_connection_is_no_list(ask: Callable[[AirbyteJobs], Any]) -> None:
    """Neither is a baseline taken from it, nor a job."""
    with pytest.raises(LaterError):
        answered({"data": [job(8), job(9, connectionId="theirs")]}, ask)


def test_what_is_no_sync_covers_nothing() -> None:
    """A reset reads nothing, although it is a job of the connection that is newer than the baseline."""
    found: Job = answered(
        {"data": [job(9, jobType="reset"), job(8, status="running"), job(7)]}, lambda jobs: jobs.find(INTENT)
    )

    assert "8" == found.name
    assert answered({"data": [job(9, jobType="reset")]}, lambda jobs: jobs.find(INTENT)) is None
    assert "9" == answered({"data": [job(9, jobType="reset")]}, lambda jobs: jobs.baseline())


def refused(status: int, connection: Any) -> type[Exception]:
    """What a start that Airbyte refuses becomes, when it says this of the connection."""
    jobs = AirbyteJobs(AirbyteTarget(url=URL, connection_id="ours", token="t"), lambda: 0.0)
    with requests_mock.Mocker() as airbyte:
        airbyte.post(f"{URL}/jobs", status_code=status, json={"message": "no"})
        airbyte.get(f"{URL}/connections/ours", **connection)
        with pytest.raises(SetbackError) as raised:
            jobs.start(INTENT)
    return type(raised.value)


@pytest.mark.parametrize("status", ["inactive", "deprecated", "locked", "suspended"])
@pytest.mark.parametrize("answer", [403, 404, 409, 422])
def test_a_connection_that_does_not_sync_needs_a_person(status: str, answer: int) -> None:
    """Whatever Airbyte calls it, and however it refuses to start the job."""
    assert BlockedError is refused(answer, {"json": {"connectionId": "ours", "status": status}})


@pytest.mark.parametrize(
    "connection",
    [
        {"json": {"status": "active"}},
        {"json": {}},
        {"json": {"status": None}},
        {"json": ["inactive"]},
        {"text": "<html>"},
        {"status_code": 403, "json": {"status": "inactive"}},
        {"status_code": 404, "text": "<html>"},
        {"exc": requests.ConnectTimeout},
    ],
)
def test_a_connection_of_which_airbyte_says_nothing_is_busy(connection: dict[str, Any]) -> None:
    """409 means then that another sync of it runs, and the start is tried again."""
    assert BusyError is refused(409, connection)
