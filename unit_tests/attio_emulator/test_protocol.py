"""Connections: broken on order, with heads that stay unfinished, and with what is no HTTP."""

import http.client
import json

import pytest

from attio_emulator.remote import RemoteEmulator
from unit_tests.attio_emulator.speaking import PEOPLE, speak


@pytest.mark.parametrize("raw", [b"GET /v2/self HT", b"POST /v2/objects HTTP/1.1\r\nhost: x\r\ncontent-le"])
def test_an_unfinished_head_is_answered_too(impatient: RemoteEmulator, raw: bytes) -> None:
    """Who stops in the middle of the headers is told so, and the connection is closed."""
    answer = speak(impatient, raw)
    shown = json.loads(answer.partition(b"\r\n\r\n")[2])

    assert answer.startswith(b"HTTP/1.1 408")
    assert "request_timeout" == shown["code"]


def test_nonsense_is_no_trouble(attio: RemoteEmulator) -> None:
    """What is no HTTP is refused in Attio's shape, and the connection closed."""
    answer = speak(attio, b"hello\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400")
    assert "validation_type" == json.loads(answer.partition(b"\r\n\r\n")[2])["code"]
    assert attio.api("GET", "/v2/self")["active"]


@pytest.mark.parametrize(
    ("kind", "error", "stored"),
    [
        ("drop", http.client.RemoteDisconnected, 0),
        ("lost_answer", http.client.RemoteDisconnected, 1),
        ("cut", http.client.IncompleteRead, 1),
    ],
)
def test_connections_break_on_order(
    attio: RemoteEmulator, kind: str, error: type[Exception], stored: int
) -> None:
    """A dropped call did nothing; a lost or cut answer was preceded by the write itself."""
    attio.fault(kind, method="POST", path=PEOPLE, count=1)
    with pytest.raises(error):
        attio.api("POST", PEOPLE, {"data": {"values": {"name": "Ada"}}})

    assert stored == len(attio.records("people"))
    assert attio.create_record("people", {})
