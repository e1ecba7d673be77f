"""What any target may answer, also one that answers nonsense."""

import json

import pytest
import requests

from attio_relay.settings import AirbyteTarget
from attio_relay.targets.airbyte import AirbyteJobs
from attio_relay.targets.target import LaterError, asked_to_wait, json_of


def answer(status: int, content: object = None, **headers: str) -> requests.Response:
    found = requests.Response()
    found.status_code = status
    found._content = json.dumps(content).encode()  # noqa: SLF001 (how requests is told what was received)
    found.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return found


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("9" * 5000, 3600.0),
        ("\xb2", None),
        ("-1", None),
        ("", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_a_pause_is_a_number_and_ends(header: str, seconds: float | None) -> None:
    """A digit that is none, or more of them than an hour has seconds, stops nothing."""
    assert seconds == asked_to_wait(answer(429, Retry_After=header))


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff", b"[" * 200_000], ids=["none", "a page", "bytes", "deep"]
)
def test_a_body_that_cannot_be_read_as_json_is_one_error(body: bytes) -> None:
    """A target tells apart an answer that it can read and one that it cannot, whatever is wrong with it."""
    found = answer(200)
    found._content = body  # noqa: SLF001 (as above)

    with pytest.raises(ValueError):  # noqa: PT011 (each kind of body has a sentence of its own)
        json_of(found)


class Odd:
    """A session whose other side answers all with the same."""

    def __init__(self, content: object) -> None:
        self.content = content

    def request(self, *_: object, **__: object) -> requests.Response:
        return answer(200, self.content)


@pytest.mark.parametrize(
    "content",
    [{"data": ["x"]}, {"data": [None]}, {"data": [{"jobId": "\xb2"}]}, {"data": [{"jobId": "9" * 5000}]}, []],
)
def test_a_list_of_jobs_that_is_none_is_asked_for_again(content: object) -> None:
    """Half an answer, or another one's, is no verdict and no error of ours."""
    target = AirbyteTarget.model_validate({"connection_id": "c", "token": "t"})
    jobs = AirbyteJobs(target, lambda: 0.0, Odd(content))  # type: ignore[arg-type] # as much of a session as is used

    with pytest.raises(LaterError):
        jobs.baseline()
