"""Calls of peers end in time."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from attio_relay.punctual import PunctualSession


class Dripping(BaseHTTPRequestHandler):
    """Sends a byte of a header as often as the caller reads one, and never the last."""

    over = threading.Event()

    def do_GET(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.over.wait(0.02):
            self.wfile.write(b"x")


@pytest.fixture
def dripping() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Dripping.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_answer_that_never_ends_is_given_up(dripping: str) -> None:
    """Each byte comes well within the time-out, and all of them do not."""
    with pytest.raises(requests.ReadTimeout, match="did not end in time"):
        PunctualSession().get(dripping, timeout=0.1)
