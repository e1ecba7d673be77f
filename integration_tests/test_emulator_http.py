"""The emulator over HTTP: broken connections, unfinished requests, and the handle that tests use."""

import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from attio_emulator.emulator import Emulator
from attio_emulator.remote import AnsweredError, RemoteEmulator
from attio_emulator.serving.server import ThreadedServer
from integration_tests.waiting import until

PEOPLE = "/v2/objects/people/records"
BODY = {"data": {"values": {"name": "Ada"}}}


@pytest.fixture
def impatient() -> Iterator[RemoteEmulator]:
    """An emulator that waits a fifth of a second for a request to be whole."""
    server = ThreadedServer(Emulator(clock_mode="manual"), patience=0.2)
    server.start()
    yield RemoteEmulator(server.url)
    server.stop()


def speak(attio: RemoteEmulator, raw: bytes) -> bytes:
    """Everything that is answered to bytes sent as they are."""
    place = urlsplit(attio.url)
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def head(length: int, extra: str = "") -> bytes:
    lines = f"POST {PEOPLE} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer emulator-token\r\n{extra}"
    return f"{lines}content-length: {length}\r\n\r\n".encode()


def test_an_unfinished_body_is_answered_in_attios_shape(impatient: RemoteEmulator) -> None:
    """Half a request does not hang: 408 with status, type, code and message; the server goes on."""
    answer = speak(impatient, head(100, "connection: close\r\n") + b'{"data":')
    shown = json.loads(answer.partition(b"\r\n\r\n")[2])

    assert answer.startswith(b"HTTP/1.1 408")
    assert {"status_code", "type", "code", "message"} == set(shown)
    assert impatient.api("GET", "/v2/self")["active"]


@pytest.mark.parametrize("raw", [b"GET /v2/self HT", b"POST /v2/objects HTTP/1.1\r\nhost: x\r\ncontent-le"])
def test_an_unfinished_head_is_answered_too(impatient: RemoteEmulator, raw: bytes) -> None:
    """Who stops in the middle of the headers is told so, and the connection is closed."""
    answer = speak(impatient, raw)
    shown = json.loads(answer.partition(b"\r\n\r\n")[2])

    assert answer.startswith(b"HTTP/1.1 408")
    assert "request_timeout" == shown["code"]


def test_a_client_that_leaves_is_no_trouble(attio: RemoteEmulator) -> None:
    """Who hangs up in the middle of a request has written nothing, and others are served."""
    place = urlsplit(attio.url)
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(head(100) + b'{"data":')

    assert [] == attio.records("people")


def test_nonsense_is_no_trouble(attio: RemoteEmulator) -> None:
    """What is no HTTP is refused in Attio's shape, and the connection closed."""
    answer = speak(attio, b"hello\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400")
    assert "validation_type" == json.loads(answer.partition(b"\r\n\r\n")[2])["code"]
    assert attio.api("GET", "/v2/self")["active"]


def test_ten_megabytes_of_text_are_a_value(attio: RemoteEmulator) -> None:
    """Attio takes texts of 10 MB; what is larger than any value is 413, and nothing is stored."""
    long = "x" * (10 * 1024 * 1024)
    record = attio.create_record("people", {"description": long})
    status, refusal = attio.call("POST", PEOPLE, {"data": {"values": {"description": long * 2}}})

    assert len(long) == len(record["values"]["description"][0]["value"])
    assert (413, "validation_type") == (status, refusal["code"])
    assert 1 == len(attio.records("people"))


def test_ten_megabytes_of_nonsense_are_refused(attio: RemoteEmulator) -> None:
    """A large body that is no JSON, or nested without end, is 400 and no traceback."""
    for raw in (
        b"{" * (10 * 1024 * 1024),
        b"[" * 1_000_000 + b"]" * 1_000_000,
        b'"' + b"x" * (10 * 1024 * 1024),
    ):
        connection = http.client.HTTPConnection(urlsplit(attio.url).netloc, timeout=60)
        connection.request("POST", PEOPLE, raw, {"authorization": f"Bearer {attio.token}"})
        response = connection.getresponse()
        shown = json.loads(response.read())
        connection.close()

        assert (400, "validation_type") == (response.status, shown["code"])


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
        attio.api("POST", PEOPLE, BODY)

    assert stored == len(attio.records("people"))
    assert attio.create_record("people", {})


def test_ordered_delays_hold_nobody_else_up(attio: RemoteEmulator) -> None:
    """A slow call is answered in the end; the control plane is never slowed down."""
    attio.fault("latency", latency_ms=5, jitter_ms=5)
    person = attio.create_record("people", {})

    assert person["id"] == attio.records("people")[0]["id"]
    assert 2 == attio.counts()["all"]


def test_a_held_call_is_processed_when_the_faults_are_forgotten(attio: RemoteEmulator) -> None:
    """Until then it has done nothing, and others are answered; the calls before it were not held."""
    attio.fault("hold", method="POST", path=PEOPLE, skip=1)
    attio.create_record("people", {})
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(attio.create_record, "people", {})
        assert until(lambda: attio.held() == 1)
        before = len(attio.records("people"))
        attio.clear_faults()
        made = held.result()["id"]

    assert 1 == before
    assert made in [one["id"] for one in attio.records("people")]
    assert 0 == attio.held()


def test_garbage_is_a_200_that_is_no_json(attio: RemoteEmulator) -> None:
    """As a proxy in between would answer."""
    attio.fault("garbage", count=1)
    with pytest.raises(ValueError, match="unexpected character"):
        attio.api("GET", "/v2/objects")

    assert 5 == len(attio.api("GET", "/v2/objects")["data"])


def test_the_handle_says_what_was_refused(attio: RemoteEmulator) -> None:
    """api() raises with status and body, call() hands both over."""
    with pytest.raises(AnsweredError, match="404") as caught:
        attio.api("GET", "/v2/nothing")

    assert (404, "not_found") == (caught.value.status, caught.value.body["code"])
    assert 401 == attio.call("GET", "/v2/objects", token="other")[0]


def test_every_test_begins_with_an_empty_workspace(attio: RemoteEmulator) -> None:
    """Limits are off, the clock stands at the same moment, nothing was called."""
    assert ([], [], "2026-01-01T09:00:00.000000000Z") == (attio.calls(), attio.events(), attio.clock())
    for _ in range(60):
        attio.create_record("people", {})
    assert {"read": 0, "write": 60, "all": 60, "200": 60} == attio.counts()


def test_limits_can_be_switched_on(attio: RemoteEmulator) -> None:
    """By the emulator's clock, so that a test decides when a second is over."""
    attio.limits(enabled=True, writes_per_second=2, by="clock")
    statuses = [attio.call("POST", PEOPLE, BODY)[0] for _ in range(3)]
    attio.clock(advance_seconds=1)

    assert [200, 200, 429] == statuses
    assert attio.create_record("people", {})


def test_a_token_can_be_revoked(attio: RemoteEmulator) -> None:
    """Its calls end with 401 from then on."""
    token = attio.add_token("mine", scopes=["note:read"])
    before = attio.call("GET", "/v2/objects", token=token)[0]
    attio.add_token("mine", active=False)

    assert (403, 401) == (before, attio.call("GET", "/v2/objects", token=token)[0])


def test_a_workspace_survives_in_a_file(attio: RemoteEmulator, tmp_path: Path) -> None:
    """Dump, write, read, load: the same records, and unique values are still taken."""
    attio.seed("demo", companies=5, people=5, deals=2)
    before = attio.records("companies")
    file = tmp_path / "workspace.json"
    file.write_text(json.dumps(attio.dump()))
    attio.reset()
    attio.load(json.loads(file.read_text()))
    domain = before[0]["values"]["domains"][0]["domain"]
    claim: dict[str, Any] = {"data": {"values": {"domains": [domain]}}}

    assert before == attio.records("companies")
    assert 400 == attio.call("POST", "/v2/objects/companies/records", claim)[0]


def test_many_connections_are_kept_open(attio: RemoteEmulator) -> None:
    """Several calls go over one connection, as clients with pools make them."""
    connection = http.client.HTTPConnection(urlsplit(attio.url).netloc, timeout=60)
    for _ in range(5):
        connection.request("GET", "/v2/self", headers={"authorization": f"Bearer {attio.token}"})
        response = connection.getresponse()

        assert json.loads(response.read())["active"]
    connection.close()
