"""The server of an emulator."""

import http.client
import json
import socket
import sys
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from attio_emulator.remote import RemoteEmulator
from attio_emulator.serving.server import listen


def test_many_connections_are_kept_open(attio: RemoteEmulator) -> None:
    """Several calls go over one connection, as clients with pools make them."""
    connection = http.client.HTTPConnection(urlsplit(attio.url).netloc, timeout=60)
    for _ in range(5):
        connection.request("GET", "/v2/self", headers={"authorization": f"Bearer {attio.token}"})
        response = connection.getresponse()

        assert json.loads(response.read())["active"]
    connection.close()


@pytest.mark.parametrize(("system", "reused"), [("linux", True), ("darwin", True), ("win32", False)])
def test_a_port_that_was_left_just_now_is_free(
    monkeypatch: pytest.MonkeyPatch, system: str, reused: bool
) -> None:
    """Windows needs no option for that; there the option lets two programs listen on one port."""
    monkeypatch.setattr(sys, "platform", system)
    with closing(listen("127.0.0.1", 0)) as listener:
        assert bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)) == reused
