"""Answers of Airbyte, or of whatever stands before it, that look right and are about something else."""

from collections.abc import Callable
from typing import Any

import pytest
import requests_mock

from attio_relay.settings import AirbyteTarget
from attio_relay.targets.airbyte import AirbyteJobs
from attio_relay.targets.target import Intent, Job, LaterError, UnknownOutcomeError

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
