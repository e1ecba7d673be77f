"""Calls of peers end in time."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import requests

from attio_relay.punctual import PunctualSession
from integration_tests.http_servers import serving


class Dripping(BaseHTTPRequestHandler):
    """Sends a byte of a header as often as the caller reads one, and never the last."""

    over = threading.Event()

    def do_GET(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.over.wait(0.02):
            self.wfile.write(b"x")


@pytest.fixture
def dripping() -> Iterator[str]:
    with serving(Dripping) as address:
        yield address
        Dripping.over.set()


def test_an_answer_that_never_ends_is_given_up(dripping: str) -> None:
    """Each byte comes well within the time-out, and all of them do not."""
    with pytest.raises(requests.ReadTimeout, match="did not end in time"):
        PunctualSession().get(dripping, timeout=0.1)
