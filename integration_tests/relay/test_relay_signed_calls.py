"""Targets that get signed calls over HTTP."""

import json
import time
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from attio_relay.settings import HttpTarget
from attio_relay.targets.signed_http import SignedCalls
from attio_relay.targets.target import BlockedError, JobState, UnknownOutcomeError
from integration_tests.relay.intents import INTENT
from integration_tests.webhook_target import Target

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver() -> Iterator[Target]:
    found = Target()
    yield found
    found.stop()


def calls(receiver: Target) -> SignedCalls:
    return SignedCalls(HttpTarget(url=receiver.url, secret=SECRET, timeout="60s"), time.time)


def test_a_call_is_signed_and_named_by_its_run(receiver: Target) -> None:
    """The reference library of Standard Webhooks verifies it, and a repeat is known by the id."""
    job = calls(receiver).start(INTENT)
    (received,) = receiver.received
    body, named = received.body, {name.lower(): value for name, value in received.headers.items()}

    assert JobState.SUCCEEDED is job.state
    assert "run-1" == named["webhook-id"]
    assert json.loads(body) == Webhook(SECRET).verify(body, named)
    assert {"type", "timestamp", "data"} == json.loads(body).keys()
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", named)


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
    receiver: Target, status: int, error: type[Exception]
) -> None:
    """No redirect is followed; 410 disables, and after any other answer the same message is sent again."""
    receiver.statuses.append(status)
    receiver.headers["Location"] = receiver.url

    with pytest.raises(error):
        calls(receiver).start(INTENT)
    assert 1 == len(receiver.received)
