"""Peers that are slow, huge, forged or repeating harm nobody but themselves."""

import hashlib
import hmac
import http.client
import json
import logging
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration_tests.relay.running import RunningRelay

SECRET = "s" * 64
TEXT = f"""
[server]
header_deadline = "300ms"
body_deadline = "300ms"
[[routes]]
name = "acme"
secret = "{SECRET}"
"""
BODY = json.dumps({"webhook_id": "hook", "events": []}).encode()
RIGHT = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    logging.disable(logging.ERROR)
    running = RunningRelay(tmp_path, TEXT, {})
    yield running
    running.stop()
    logging.disable(logging.NOTSET)


def deliver(relay: RunningRelay, body: bytes = BODY, signature: str = RIGHT, key: str = "k") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=60)
    connection.request("POST", "/hooks/acme", body, {"Attio-Signature": signature, "Idempotency-Key": key})
    status = connection.getresponse().status
    connection.close()
    return status


def last_words(peer: socket.socket) -> bytes:
    """What the relay says before it hangs up; a peer that it keeps waiting runs into the time-out."""
    peer.settimeout(60)
    said = b""
    try:
        while piece := peer.recv(4096):
            said += piece
    except ConnectionResetError:
        return said
    return said


@pytest.mark.parametrize("opening", [b"", b"POST /hooks/acme HTTP/1.1\r\nHost: r\r\nX-Slow: "])
def test_a_peer_that_never_finishes_its_headers_is_let_go(relay: RunningRelay, opening: bytes) -> None:
    """Silence before or within the headers ends in a closed connection, while others are served."""
    with socket.create_connection(("127.0.0.1", relay.port)) as silent:
        silent.sendall(opening)

        assert 200 == deliver(relay)
        assert b"" == last_words(silent)


def go_on(endless: socket.socket) -> None:
    """Ten megabytes of header, and more after the relay hung up."""
    for _ in range(200):
        endless.sendall(b"X-More: " + b"x" * 50_000 + b"\r\n")
    last_words(endless)
    endless.sendall(b"x" * 1_000_000)


def test_headers_without_end_are_cut_off(relay: RunningRelay) -> None:
    """A head of megabytes is not collected."""
    with socket.create_connection(("127.0.0.1", relay.port)) as endless:
        endless.sendall(b"POST /hooks/acme HTTP/1.1\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            go_on(endless)

        assert 200 == deliver(relay)


def test_a_body_that_stalls_is_answered_and_closed(relay: RunningRelay) -> None:
    """A body that does not come gets 408 and a closed connection."""
    with socket.create_connection(("127.0.0.1", relay.port)) as silent:
        silent.sendall(b"POST /hooks/acme HTTP/1.1\r\nHost: r\r\nContent-Length: 100\r\n\r\n{")

        assert 200 == deliver(relay)
        assert last_words(silent).startswith(b"HTTP/1.1 408")


def test_ten_megabytes_are_refused_without_being_kept(relay: RunningRelay) -> None:
    """A huge body without a length is cut off at the limit: memory stays where it was."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with socket.create_connection(("127.0.0.1", relay.port)) as huge:
        huge.sendall(b"POST /hooks/acme HTTP/1.1\r\nHost: r\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        try:
            for _ in range(160):
                huge.sendall(chunk)
        except OSError:
            said = b""
        else:
            said = last_words(huge)

    assert said == b"" or said.startswith(b"HTTP/1.1 413")
    assert 8_000 > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert 200 == deliver(relay)


def test_forgeries_and_repeats_by_the_hundred_change_nothing(relay: RunningRelay) -> None:
    """Wrong signatures are refused each, repeats are answered each, and one message is stored."""
    forged = {deliver(relay, signature=f"{n:064x}") for n in range(300)}
    repeated = {deliver(relay) for _ in range(300)}

    assert ({401}, {200}) == (forged, repeated)
    assert 1 == relay.relay.store.delivery_store.counts()["deliveries"]
