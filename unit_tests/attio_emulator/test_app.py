"""The emulator over HTTP: bodies that are large, late or never whole, and calls that are held."""

import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from attio_emulator.remote import RemoteEmulator
from integration_tests.waiting import until
from unit_tests.attio_emulator.speaking import PEOPLE, head, speak


def test_an_unfinished_body_is_answered_in_attios_shape(impatient: RemoteEmulator) -> None:
    """Half a request does not hang: 408 with status, type, code and message; the server goes on."""
    answer = speak(impatient, head(100, "connection: close\r\n") + b'{"data":')
    shown = json.loads(answer.partition(b"\r\n\r\n")[2])

    assert answer.startswith(b"HTTP/1.1 408")
    assert {"status_code", "type", "code", "message"} == set(shown)
    assert impatient.api("GET", "/v2/self")["active"]


def test_a_client_that_leaves_is_no_trouble(attio: RemoteEmulator) -> None:
    """Who hangs up in the middle of a request has written nothing, and others are served."""
    place = urlsplit(attio.url)
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(head(100) + b'{"data":')

    assert [] == attio.records("people")


def test_ten_megabytes_of_text_are_a_value(attio: RemoteEmulator) -> None:
    """Attio takes texts of 10 MB; what is larger than any value is 413, and nothing is stored."""
    long = "x" * (10 * 1024 * 1024)
    record = attio.create_record("people", {"description": long})
    status, refusal = attio.call("POST", PEOPLE, {"data": {"values": {"description": long * 2}}})

    assert len(long) == len(record["values"]["description"][0]["value"])
    assert (413, "validation_type") == (status, refusal["code"])
    assert 1 == len(attio.records("people"))


def test_ten_megabytes_of_nonsense_are_refused(attio: RemoteEmulator) -> None:
    """A large body that is not JSON, or nested without end, is 400 and no traceback."""
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
