"""Serves the room until Ctrl-C; a push that runs is stopped after its writes in flight."""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

import click
import uvicorn

from attio_sync.failures import WrongUsage
from attio_sync.ui.app import application

if TYPE_CHECKING:
    from types import FrameType

    from attio_sync.ui.room import Room


class Server(uvicorn.Server):
    """A uvicorn server that ends only at the second Ctrl-C while a job is writing."""

    def __init__(self, room: Room) -> None:
        settings = uvicorn.Config(
            application(room),
            log_config=None,
            # A traceback may hold contents of rows, and any page can send what uvicorn warns of.
            log_level="critical",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        super().__init__(settings)
        self._room = room

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- a signal handler
        """Handle Ctrl-C: while a job is writing, the first prints its figures, the second ends the server."""
        job = self._room.jobs.running()
        if job is None or not job.is_writing or self._room.is_leaving:
            # Not uvicorn's own handler: it raises the signal again once it has ended, and the signal would
            # end the writes in flight.
            self.force_exit = self.should_exit and sig == signal.SIGINT
            self.should_exit = True
            return
        self._room.is_leaving = True
        now = job.snapshot()
        of = f" of {now['total']:,}" if now["total"] else ""
        click.echo(
            f"A push is running: {now['done']:,}{of}. Ctrl-C again to stop it after the writes in flight.",
            err=True,
        )


def listening(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes a free one. Raises WrongUsage for a port in use."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there the option lets two programs listen on one port
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(("127.0.0.1", port))
        found.listen()  # a browser that connects before the server runs waits in the queue
    except OSError as error:
        found.close()
        raise WrongUsage(
            f"Port {port} cannot be used: {error.strerror}. Choose another, or leave --port out."
        ) from error
    return found


def _tell(sentence: str) -> None:
    """Print a sentence; where nobody reads any more, as after `| head`, the room and its jobs go on."""
    try:
        click.echo(sentence)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def serve(room: Room, place: socket.socket) -> None:
    """Serve the room until somebody ends it, then stop the running job and wait for its end."""
    click.echo(f"The review room: {room.door.entrance}\nCtrl-C ends it.")
    room.tell = _tell
    Server(room).run(sockets=[place])
    job = room.jobs.running()
    if job is not None:
        job.stop()
        click.echo(f"Waiting for '{job.title}' to stop after the writes in flight.", err=True)
        job.ended.wait()
