"""Stands between a client and the emulator, hands everything on, and remembers every exchange."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from integration_tests.attio_session.calling import Exchange

if TYPE_CHECKING:
    from collections.abc import Iterator

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "accept-encoding"}


class Recorder(ThreadingHTTPServer):
    """A server in front of another one."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Forwarding)
        self.behind = urlsplit(behind).netloc
        self.exchanges: list[Exchange] = []

    @property
    def url(self) -> str:
        """Where clients go."""
        return f"http://127.0.0.1:{self.server_port}"


class _Forwarding(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        connection = http.client.HTTPConnection(self.server.behind, timeout=60)
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self._remember(answer.status, content)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _forward  # noqa: N815 (the library's names)

    def _remember(self, status: int, content: bytes) -> None:
        try:
            body: Any = orjson.loads(content) if content else None
        except orjson.JSONDecodeError:
            body = content.decode(errors="replace")
        path = urlsplit(self.path).path
        self.server.exchanges.append(Exchange(method=self.command, path=path, status=status, body=body))

    def log_message(self, *_: object) -> None:
        """What was asked is remembered, not printed."""


@contextmanager
def recorded(behind: str) -> Iterator[Recorder]:
    """A recorder that runs until the block ends."""
    server = Recorder(behind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
