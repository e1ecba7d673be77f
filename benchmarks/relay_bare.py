"""The least that answers a request durably: uvicorn, one commit on disk for each group, and nothing else.

It checks no signature, reads no JSON and keeps no schedule. `relay` compares its speed with the relay's. Run
as `python -m benchmarks.relay_bare FOLDER`; it prints its address once it accepts connections.
"""

import asyncio
import sqlite3
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

import uvicorn

ANSWER = b'{"status":"stored"}'
HEAD = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())],
}


class Bare:
    """An ASGI application with one thread that writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.waiting: deque[tuple[bytes, asyncio.Future[None]]] = deque()
        self.wake = threading.Event()
        threading.Thread(target=self.write, daemon=True).start()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 (ASGI)
        """Answer one request once its body is on disk."""
        del scope
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        message = await receive()
        self.waiting.append((message["body"], stored))
        self.wake.set()
        await stored
        await send(HEAD)
        await send({"type": "http.response.body", "body": ANSWER})

    def write(self) -> None:
        """Store what waits, in one commit at a time."""
        store = sqlite3.connect(self.path, isolation_level=None)
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=FULL")
        store.execute("CREATE TABLE messages (body BLOB)")
        while self.wake.wait():
            self.wake.clear()
            group = [self.waiting.popleft() for _ in range(len(self.waiting))]
            if not group:
                continue
            store.execute("BEGIN IMMEDIATE")
            store.executemany("INSERT INTO messages VALUES (?)", [(body,) for body, _ in group])
            store.execute("COMMIT")
            group[0][1].get_loop().call_soon_threadsafe(answer, group)


def answer(group: list[tuple[bytes, asyncio.Future[None]]]) -> None:
    """Let every request of a group be answered."""
    for _, stored in group:
        if not stored.done():
            stored.set_result(None)


class Server(uvicorn.Server):
    """uvicorn that prints where it listens."""

    async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401 (uvicorn's own)
        """Begin to accept connections, and say so."""
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        print(f"listening on http://127.0.0.1:{port}", flush=True)


if __name__ == "__main__":
    Server(
        uvicorn.Config(
            Bare(Path(sys.argv[1]) / "bare.db"), port=0, lifespan="off", log_config=None, access_log=False
        )
    ).run()
