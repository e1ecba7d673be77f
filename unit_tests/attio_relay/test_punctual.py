"""Calls of peers end in time."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import requests
import requests_mock

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
        PunctualSession().get(dripping, timeout=0.5)


@pytest.mark.parametrize(
    ("address", "headers", "sent"),
    [
        ("https://far.example", {"Authorization": "Bearer ours"}, "Bearer ours"),
        ("https://us:word@far.example", {"Authorization": "Bearer ours"}, "Bearer ours"),
        ("https://us:word@far.example", {}, "Basic dXM6d29yZA=="),
        ("https://far.example", {}, None),
    ],
)
def test_no_other_credentials_than_those_of_the_file_are_sent(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    headers: dict[str, str],
    sent: str | None,
) -> None:
    """A .netrc file of the relay's user names the server as well."""
    (tmp_path / "netrc").write_text("machine far.example login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with requests_mock.Mocker() as far:
        far.get(requests_mock.ANY)
        PunctualSession().get(address, headers=headers, timeout=1)

    assert sent == far.request_history[0].headers.get("Authorization")
