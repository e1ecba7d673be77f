"""Targets that get signed calls over HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from attio_relay.settings import HttpTarget
from attio_relay.targets.signed_http import SignedCalls
from attio_relay.targets.target import BlockedError, JobState, LaterError, UnknownOutcomeError
from integration_tests.relay.intents import INTENT


class Listener:
    """An HTTP server that answers as told and keeps what came."""

    def __init__(self) -> None:
        self.status = 200
        self.received: list[tuple[dict[str, str], bytes]] = []
        world = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                world.received.append((dict(self.headers), body))
                self.send_response(world.status)
                self.send_header("Location", "http://169.254.169.254/")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Answering)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.stop()


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def calls(listener: Listener) -> SignedCalls:
    url = f"http://127.0.0.1:{listener.server.server_port}/run"
    return SignedCalls(HttpTarget(url=url, secret=SECRET, timeout="60s"), time.time)


def test_a_call_is_signed_and_named_by_its_run(listener: Listener) -> None:
    """The reference library of Standard Webhooks verifies it, and a repeat is known by the id."""
    job = calls(listener).start(INTENT)
    ((headers, body),) = listener.received
    named = {name.lower(): value for name, value in headers.items()}

    assert JobState.SUCCEEDED is job.state
    assert "run-1" == named["webhook-id"]
    assert json.loads(body) == Webhook(SECRET).verify(body, named)
    assert {"type", "timestamp", "data"} == json.loads(body).keys()
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", named)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, LaterError),
        (404, LaterError),
        (410, BlockedError),
        (429, LaterError),
        (500, UnknownOutcomeError),
    ],
)
def test_a_receivers_answers_have_their_meaning(
    listener: Listener, status: int, error: type[Exception]
) -> None:
    """No redirect is followed; 410 disables, other refusals are tried again, trouble is uncertain."""
    listener.status = status

    with pytest.raises(error):
        calls(listener).start(INTENT)
    assert 1 == len(listener.received)
