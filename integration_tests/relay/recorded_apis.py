"""What the APIs of six programs answer, in the shapes that their documentation and public recordings show."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

Given = tuple[int, Any]


@dataclass
class Api:
    """One program with the jobs that it was asked for; `state` is how the newest stands."""

    respond: Callable[["Api", str, str, Any], Given]
    state: str = "running"
    lost: bool = False
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)

    def request(
        self, method: str, url: str, *, headers: dict[str, str], json: Any, **_: Any
    ) -> requests.Response:
        """Answer as the program does; the answer to a start may be lost."""
        self.asked.append((method, url, headers, json))
        before = len(self.jobs)
        status, content = self.respond(self, method, unquote(url), json)
        if self.lost and len(self.jobs) > before:
            self.lost = False
            raise requests.ReadTimeout
        return answer(status, content)


def answer(status: int, content: Any) -> requests.Response:
    found = requests.Response()
    found.status_code = status
    found._content = b"" if content is None else json.dumps(content).encode()  # noqa: SLF001 (what came)
    return found


def dbt(api: Api, method: str, url: str, body: Any) -> Given:
    numbers = {"running": 3, "succeeded": 10, "failed": 20, "cancelled": 30}
    status = {"code": 200, "is_success": True, "user_message": "Success!", "developer_message": ""}
    if method == "POST":
        api.jobs.append(body["cause"])
        return 200, {"status": status, "data": {"id": 900 + len(api.jobs), "status": 1, "is_complete": False}}
    if urlsplit(url).path.endswith("/runs/"):
        rows = [{"id": 901 + n, "trigger": {"cause": cause}} for n, cause in enumerate(api.jobs)]
        return 200, {"status": status, "data": rows[::-1], "extra": {"pagination": {"count": len(rows)}}}
    return 200, {"status": status, "data": {"id": 901, "status": numbers[api.state], "is_complete": True}}


def dagster(api: Api, method: str, url: str, body: Any) -> Given:
    words = {"running": "STARTED", "succeeded": "SUCCESS", "failed": "FAILURE", "cancelled": "CANCELED"}
    given = body["variables"]
    if "launchRun" in body["query"]:
        api.jobs.append(given["params"]["executionMetadata"]["tags"][0]["value"])
        return 200, {"data": {"launchRun": {"__typename": "LaunchRunSuccess", "run": {"runId": "f00-1"}}}}
    if "runsOrError" in body["query"]:
        wanted = given["filter"]["tags"][0]["value"]
        return 200, {"data": {"runsOrError": {"results": [{"runId": "f00-1"}] * (wanted in api.jobs)}}}
    return 200, {"data": {"runOrError": {"status": words[api.state]}}}


def airflow(api: Api, method: str, url: str, body: Any) -> Given:
    words = {"running": "running", "succeeded": "success", "failed": "failed"}
    if method == "POST":
        assert "logical_date" in body
        assert body["logical_date"] is None
        if body["dag_run_id"] in api.jobs:
            return 409, {"detail": {"reason": "Unique constraint violation"}}
        api.jobs.append(body["dag_run_id"])
        return 200, {"dag_run_id": body["dag_run_id"], "dag_id": "attio_sync", "state": "queued"}
    name = url.rpartition("/")[2]
    if name not in api.jobs:
        return 404, {"detail": f"The DagRun with run_id: `{name}` was not found"}
    return 200, {"dag_run_id": name, "dag_id": "attio_sync", "state": words[api.state]}


def prefect(api: Api, method: str, url: str, body: Any) -> Given:
    words = {"running": "RUNNING", "succeeded": "COMPLETED", "failed": "CRASHED", "cancelled": "CANCELLED"}
    if method == "POST":
        if body["idempotency_key"] not in api.jobs:
            api.jobs.append(body["idempotency_key"])
        return 201, {"id": "0a1b", "state_type": "SCHEDULED", "idempotency_key": body["idempotency_key"]}
    return 200, {"id": "0a1b", "state_type": words[api.state], "state_name": "Any"}


def kestra(api: Api, method: str, url: str, body: Any) -> Given:
    words = {"running": "RUNNING", "succeeded": "SUCCESS", "failed": "KILLED", "cancelled": "CANCELLED"}
    label = url.partition("labels=attio_run:")[2].partition("&")[0]
    if method == "POST":
        api.jobs.append(label)
        return 200, {
            "id": "1KWL",
            "namespace": "crm",
            "flowId": "attio_sync",
            "state": {"current": "CREATED"},
        }
    if "/search" in url:
        return 200, {"results": [{"id": "1KWL"}] * (label in api.jobs), "total": len(api.jobs)}
    return 200, {"id": "1KWL", "state": {"current": words[api.state], "histories": []}}


def github(api: Api, method: str, url: str, body: Any) -> Given:
    ended = {"succeeded": "success", "failed": "timed_out", "cancelled": "cancelled"}
    if method == "POST":
        assert body["return_run_details"] is True
        api.jobs.append(body["inputs"]["attio_run"])
        return 200, {
            "workflow_run_id": 77,
            "run_url": "https://api.github.com/repos/acme/data/actions/runs/77",
        }
    if "/workflows/" in url:
        rows = [{"id": 76, "display_title": "by hand", "status": "completed", "conclusion": "success"}]
        rows += [{"id": 77, "display_title": f"attio {run}", "conclusion": None} for run in api.jobs]  # type: ignore[dict-item] # GitHub has both
        return 200, {"total_count": len(rows), "workflow_runs": rows[::-1]}
    return 200, {"id": 77, "status": "in_progress", "conclusion": ended.get(api.state)}


PROGRAMS: Mapping[str, Callable[[Api, str, str, Any], Given]] = {
    "dbt Cloud": dbt,
    "Dagster": dagster,
    "Airflow 3": airflow,
    "Prefect 3": prefect,
    "Kestra": kestra,
    "GitHub Actions": github,
}
