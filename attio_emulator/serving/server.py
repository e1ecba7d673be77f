"""Runs the emulator on a loopback port: in a thread for tests, in the foreground for everybody else."""

import socket
import sys
import threading

import uvicorn

from attio_emulator.emulator import Emulator
from attio_emulator.serving.app import PATIENCE, AsgiApp
from attio_emulator.serving.protocol import BreakableProtocol

KEEP_ALIVE = 75


def configured(emulator: Emulator, *, patience: float = PATIENCE) -> uvicorn.Config:
    """The server's settings: no logs, and idle connections stay open for 75 seconds."""
    return uvicorn.Config(
        AsgiApp(emulator, patience=patience),
        http=BreakableProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=2,
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that its port is known before the server runs."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there the option lets two programs listen on one port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    listener.settimeout(0)
    return listener


def url_of(listener: socket.socket) -> str:
    """The address to call."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}" if ":" not in host else f"http://[{host}]:{port}"


class ThreadedServer:
    """An emulator in a thread of this process."""

    def __init__(
        self, emulator: Emulator, *, host: str = "127.0.0.1", port: int = 0, patience: float = PATIENCE
    ) -> None:
        self.emulator = emulator
        self._listener = listen(host, port)
        self.url = url_of(self._listener)
        self._server = uvicorn.Server(configured(emulator, patience=patience))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="attio-emulator", daemon=True
        )

    def start(self) -> None:
        """Start to answer; earlier connections wait in the socket's queue."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the answers in progress, then end."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
