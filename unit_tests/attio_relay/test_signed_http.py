"""Targets that get signed calls over HTTP."""

import json
import time
from collections.abc import Iterator

import pytest
import requests
import requests_mock
from standardwebhooks import Webhook, WebhookVerificationError
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError

from attio_relay.settings import HttpTarget
from attio_relay.targets.signed_http import SignedCalls
from attio_relay.targets.target import BlockedError, JobState, LaterError, UnknownOutcomeError
from integration_tests.relay.intents import INTENT

URL = "https://receiver.example.com/sync"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOBODY = requests.ConnectionError(NewConnectionError(HTTPConnection("receiver.example.com"), "refused"))


@pytest.fixture
def receiver() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker() as found:
        found.post(URL)
        yield found


@pytest.fixture
def calls(receiver: requests_mock.Mocker) -> SignedCalls:
    assert not receiver.called
    return SignedCalls(HttpTarget(url=URL, secret=SECRET), time.time)


def test_a_call_is_signed_and_named_by_its_run(calls: SignedCalls, receiver: requests_mock.Mocker) -> None:
    """The reference library of Standard Webhooks verifies it, and a repeat is known by the id."""
    job = calls.start(INTENT)
    (received,) = receiver.request_history
    body, named = received.body, {name.lower(): value for name, value in received.headers.items()}

    assert JobState.SUCCEEDED is job.state
    assert "run-1" == named["webhook-id"]
    assert json.loads(body) == Webhook(SECRET).verify(body, named)
    assert {"type", "timestamp", "data"} == json.loads(body).keys()
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", named)


def test_a_password_in_the_address_is_not_kept_with_a_run() -> None:
    """The store keeps the target of a run that is under way, to know it again."""
    target = HttpTarget(url=URL.replace("//", "//us:word@"), secret=SECRET)

    assert f"http {URL}" == SignedCalls(target, time.time).identity


def test_a_repeat_is_the_same_message(calls: SignedCalls, receiver: requests_mock.Mocker) -> None:
    """Whatever became of the first one, a receiver that has done it recognises the second by id and body."""
    calls.start(INTENT)
    calls.start(INTENT)
    first, second = receiver.request_history

    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert ("http " + URL, 0.0, None, None) == (
        calls.identity,
        calls.settle,
        calls.baseline(),
        calls.find(INTENT),
    )


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, UnknownOutcomeError),
        (404, UnknownOutcomeError),
        (410, BlockedError),
        (429, UnknownOutcomeError),
        (500, UnknownOutcomeError),
    ],
)
def test_a_receivers_answers_have_their_meaning(
    calls: SignedCalls, receiver: requests_mock.Mocker, status: int, error: type[Exception]
) -> None:
    """No redirect is followed; 410 disables, and after any other answer the same message is sent again."""
    receiver.post(URL, status_code=status, headers={"Location": URL, "Retry-After": "7"})
    with pytest.raises(error) as raised:
        calls.start(INTENT)

    assert 1 == receiver.call_count
    assert (None if error is BlockedError else 7.0) == raised.value.seconds  # type: ignore[attr-defined] # a setback


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (NOBODY, LaterError),
        (requests.ConnectTimeout(), LaterError),
        (requests.ReadTimeout(), UnknownOutcomeError),
        (requests.ConnectionError("reset"), UnknownOutcomeError),
    ],
)
def test_a_call_that_never_left_is_told_from_one_without_an_answer(
    calls: SignedCalls, receiver: requests_mock.Mocker, trouble: Exception, error: type[Exception]
) -> None:
    """After the first kind nothing was done for certain; neither sentence quotes the address."""
    receiver.post(URL, exc=trouble)
    with pytest.raises(error) as raised:
        calls.start(INTENT)

    assert URL not in str(raised.value)
