"""What the manifest cannot say in YAML, each class with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor
from airbyte_cdk.sources.streams.http.error_handlers import ErrorHandler, ErrorResolution, ResponseAction

from attio_api.errors import AttioError, RateLimited, Transient
from attio_api.moments import http_date
from attio_api.verdicts import verdict
from attio_api.wire import Json, JsonObject, as_object, as_objects, decode
from source_attio.messages import failure_type


@dataclass
class WholeAnswer(RecordExtractor):
    """Takes rows out of an answer, with the ids of its composite `id` as columns.

    The CDK's decoder takes an answer that is cut or no JSON for an empty one and goes on, so this reads for
    itself.
    """

    def extract_records(self, response: requests.Response) -> Iterable[Mapping[str, Any]]:
        """Return all rows, or raise: there is no such thing as half an answer."""
        whole = as_object(decode(response.content), "the body")
        rows = as_objects(whole["data"], "`data`") if "data" in whole else [whole]
        return [_with_ids(row) for row in rows]


class AttioAnswers(ErrorHandler):
    """Judges answers by the one table in `attio_api.verdicts`.

    YAML would need that table a second time; and it can neither read a `Retry-After` that is an HTTP date nor
    see that a 200 is cut.
    """

    def __init__(self, **_: object) -> None:
        """Take the CDK's parameters, none of which matters here."""

    @property
    def max_retries(self) -> int:
        """How often an answer is asked for again."""
        return 7

    @property
    def max_time(self) -> int:
        """How many seconds that may take in all."""
        return 600

    def interpret_response(self, response: requests.Response | Exception | None) -> ErrorResolution:
        """Say whether to take an answer, to ask again, or to give up."""
        trouble = _trouble(response)
        if trouble is None:
            return ErrorResolution(ResponseAction.SUCCESS, None, None)
        action = ResponseAction.FAIL
        if isinstance(trouble, Transient):
            action = ResponseAction.RATE_LIMITED if isinstance(trouble, RateLimited) else ResponseAction.RETRY
        sentence = f"{trouble.message} {trouble.remedy or ''}".strip()
        return ErrorResolution(action, failure_type(trouble), sentence)

    def backoff_time(self, response: object, attempt_count: int) -> float | None:
        """Wait until the moment Attio names, against its own clock; else let the CDK decide."""
        headers = response.headers if isinstance(response, requests.Response) else {}
        until, now = http_date(headers.get("Retry-After")), http_date(headers.get("Date"))
        return max(until - now, 0.0) if until is not None and now is not None else float(2**attempt_count)


def _trouble(response: requests.Response | Exception | None) -> AttioError | None:
    if not isinstance(response, requests.Response):
        return Transient("Attio could not be reached.")
    try:
        body: Json = decode(response.content)
    except AttioError as unreadable:
        return unreadable if response.ok else verdict(response.status_code, None, response.headers)
    return None if response.ok else verdict(response.status_code, body, response.headers)


def _with_ids(row: JsonObject) -> JsonObject:
    ids = row.get("id")
    return (
        {**{name: value for name, value in row.items() if name != "id"}, **ids}
        if isinstance(ids, dict)
        else row
    )
