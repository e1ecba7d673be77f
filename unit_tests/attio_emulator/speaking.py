"""Requests to an emulator as bytes over a connection."""

import socket
from urllib.parse import urlsplit

from attio_emulator.remote import RemoteEmulator

PEOPLE = "/v2/objects/people/records"


def speak(attio: RemoteEmulator, raw: bytes) -> bytes:
    """Everything that is answered to bytes sent as they are."""
    place = urlsplit(attio.url)
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def head(length: int, extra: str = "") -> bytes:
    lines = f"POST {PEOPLE} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer emulator-token\r\n{extra}"
    return f"{lines}content-length: {length}\r\n\r\n".encode()
