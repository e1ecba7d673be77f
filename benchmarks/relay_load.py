"""Deliveries for the relay from a process of their own: as fast as they are answered or at a fixed rate."""

from __future__ import annotations

import json
import multiprocessing
import os
import selectors
import socket
import statistics
import time

from attio_api.webhooks import sign

SECRET = "f" * 64
EVENT = {
    "event_type": "record.updated",
    "id": {
        "workspace_id": "894f5e90-d2b3-41c8-8d86-152441bbe5c1",
        "object_id": "d2544a4e-14e1-452b-965a-38fb40eb9470",
        "record_id": "b7c2b3d8-d3fe-4a40-b017-62b993af7b8f",
        "attribute_id": "8367992f-501a-4ace-9b46-4e260eb698ac",
    },
    "actor": {"type": "workspace-member", "id": "d00a4b19-b2b8-47bd-8d40-910f1036f19b"},
}
STORED = b'{"status":"stored"}'
BODY = json.dumps({"webhook_id": "21e21a87-a5ec-4887-abb1-c4cfb9d8c008", "events": [EVENT]}).encode()
HEAD = (
    f"POST /hooks/bench HTTP/1.1\r\nHost: relay\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(BODY)}\r\nAttio-Signature: {sign(SECRET, BODY)}\r\nIdempotency-Key: "
).encode()


def request(key: str) -> bytes:
    """The bytes of one delivery; requests differ only in the idempotency key, which is not signed."""
    return HEAD + key.encode() + b"\r\n\r\n" + BODY


def closed_loop(
    at: tuple[str, int], connections: int, seconds: float, results: multiprocessing.Queue[list[float]]
) -> None:
    """Keep so many connections busy; puts the latencies of acknowledgements, in seconds, into `results`."""
    selector = selectors.DefaultSelector()
    sent: dict[int, float] = {}
    latencies: list[float] = []
    prefix, number = f"{os.getpid()}-", 0
    for peer in [connected(at, selector) for _ in range(connections)]:
        peer.send(request(f"{prefix}{number}"))
        sent[peer.fileno()] = time.perf_counter()
        number += 1
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for key, _ in selector.select(1.0):
            assert isinstance(key.fileobj, socket.socket)
            answer = key.fileobj.recv(4096)
            if not answer.endswith(STORED):
                # The head of an answer may come before its body; any other such answer is a refusal.
                assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
                continue
            now = time.perf_counter()
            latencies.append(now - sent[key.fd])
            key.fileobj.send(request(f"{prefix}{number}"))
            sent[key.fd] = now
            number += 1
    results.put(latencies)


def connected(at: tuple[str, int], selector: selectors.BaseSelector) -> socket.socket:
    """A new connection whose answers the selector waits for."""
    peer = socket.create_connection(at)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(peer, selectors.EVENT_READ)
    return peer


def open_loop(
    at: tuple[str, int], rate: int, seconds: float, results: multiprocessing.Queue[list[float]]
) -> None:
    """Send at a fixed rate without waiting for answers; a latency counts from the time a request was due."""
    selector = selectors.DefaultSelector()
    idle: list[socket.socket] = []
    due: dict[int, float] = {}
    latencies: list[float] = []
    start, total, number = time.perf_counter(), int(rate * seconds), 0
    while len(latencies) < total:
        while number < total and start + number / rate <= time.perf_counter():
            peer = idle.pop() if idle else connected(at, selector)
            due[peer.fileno()] = start + number / rate
            peer.send(request(f"open-{number}"))
            number += 1
        wait = start + number / rate - time.perf_counter() if number < total else 1.0
        for key, _ in selector.select(max(0.0, wait)):
            assert isinstance(key.fileobj, socket.socket)
            answer = key.fileobj.recv(4096)
            if not answer and key.fd not in due:  # the relay hangs up where nothing was asked for a while
                selector.unregister(key.fileobj)
                idle.remove(key.fileobj)
                continue
            # The head of an answer may come before its body; after a refusal no more answers would come.
            assert answer.startswith(b"HTTP/1.1 200") or answer.endswith(STORED), answer[:200]
            if answer.endswith(STORED):
                latencies.append(time.perf_counter() - due.pop(key.fd))
                idle.append(key.fileobj)
    results.put(latencies)


def gathered(work: object, *arguments: object) -> list[float]:
    """Run a load in its own process, so that it shares no interpreter; returns latencies in seconds."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=work, args=(*arguments, results))  # type: ignore[arg-type] # a function that is pickled
    process.start()
    latencies: list[float] = results.get(timeout=120)
    process.join()
    return latencies


def percentile(latencies: list[float], percent: int) -> float:
    """A percentile of latencies given in seconds; in milliseconds."""
    return statistics.quantiles(latencies, n=100)[percent - 1] * 1000
