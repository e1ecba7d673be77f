"""A webhook target for tests: keeps what it is sent, answers as it is told."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Received:
    """One delivery as it arrived."""

    body: bytes
    headers: Mapping[str, str]

    @property
    def events(self) -> list[Any]:
        """The events in it."""
        return list(orjson.loads(self.body)["events"])


class Target:
    """An HTTP server on a free port of this machine."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.statuses: list[int] = []
        self._arrived = threading.Condition()
        target = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(target.take(Received(body=body, headers=dict(self.headers))))
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def take(self, delivery: Received) -> int:
        """Keep a delivery, and say how it is answered."""
        with self._arrived:
            self.received.append(delivery)
            self._arrived.notify_all()
            return self.statuses.pop(0) if self.statuses else 200

    def wait_for(self, count: int, timeout: float = 20) -> bool:
        """Wait until so many deliveries arrived; False when that took too long."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.received) >= count, timeout)

    def events(self) -> list[Any]:
        """All events that arrived, in order of arrival."""
        return [event for delivery in self.received for event in delivery.events]

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
