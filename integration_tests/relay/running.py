"""A relay in a thread, on a port of its own, that can be stopped and started again on the same store."""

import socket
import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path

from attio_relay.config import parse
from attio_relay.serving.app import Relay
from attio_relay.serving.listening import Server, address, bound, serve
from attio_relay.store.store import open_store


class RunningRelay:
    """Started at once."""

    def __init__(self, folder: Path, text: str, environment: Mapping[str, str], port: int = 0) -> None:
        config = parse(tomllib.loads(text), environment, folder=folder)
        listener = bound("127.0.0.1", port)
        self.config = config
        self.relay = Relay(config, open_store(config), environment)
        self.url = address(listener)
        self.port = int(self.url.rpartition(":")[2])
        self.relay.start()
        ready = threading.Event()
        self._server = Server(self.relay.router, config.server, ready.set)
        self._thread = threading.Thread(target=self._serve, args=(listener,))
        self._thread.start()
        assert ready.wait(60)

    def _serve(self, listener: socket.socket) -> None:
        serve(self._server, listener)
        listener.close()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.relay.close()
