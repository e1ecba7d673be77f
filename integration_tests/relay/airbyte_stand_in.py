"""Airbyte's public API as far as the relay uses it, over HTTP, with the troubles that it is known for."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit


class AirbyteStandIn:
    """Jobs that run `work` when they start; troubles come in order, one for each request to start."""

    def __init__(self, work: Callable[[], None], troubles: list[str]) -> None:
        self.work = work
        self.troubles = troubles
        self.jobs: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str]] = []
        self.tokens = 0
        self.lock = threading.Lock()
        handler = type("Bound", (Handler,), {"world": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def begin(self) -> dict[str, Any]:
        with self.lock:
            job = {"jobId": len(self.jobs) + 1, "status": "running", "jobType": "sync", "connectionId": "c"}
            self.jobs.append(job)
        self.work()
        job["status"] = "succeeded"
        return job


class Handler(BaseHTTPRequestHandler):
    """One request."""

    world: ClassVar[AirbyteStandIn]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.world.asked.append(("POST", self.path))
        if self.path == "/applications/token":
            self.world.tokens += 1
            self.answer(200, {"access_token": f"token-{self.world.tokens}", "token_type": "Bearer"})
            return
        trouble = self.world.troubles.pop(0) if self.world.troubles else "none"
        if trouble == "lost":
            self.world.begin()
            self.close_connection = True
        elif trouble.isdigit():
            self.answer(int(trouble), {"message": "trouble"})
        else:
            self.answer(200, self.world.begin())

    def do_GET(self) -> None:
        self.world.asked.append(("GET", self.path))
        path = urlsplit(self.path).path
        if path == "/jobs":
            self.answer(200, {"data": self.world.jobs[::-1][:20]})
        else:
            self.answer(200, self.world.jobs[int(path.rpartition("/")[2]) - 1])

    def answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
