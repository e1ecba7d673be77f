"""Runs the room until Ctrl-C; a push that is under way ends between two writes first."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

import click
import uvicorn

from attio_sync.failures import WrongUsage
from attio_sync.ui.app import application

if TYPE_CHECKING:
    from types import FrameType

    from attio_sync.ui.room import Room


class Server(uvicorn.Server):
    """One that asks before it leaves a push."""

    def __init__(self, room: Room) -> None:
        settings = uvicorn.Config(
            application(room),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        super().__init__(settings)
        self._room = room

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- a signal handler
        """Ctrl-C: the first one tells of a push that is under way, the second stops it."""
        job = self._room.jobs.running()
        if job is None or not job.is_writing or self._room.is_leaving:
            # Not by uvicorn's own handler: it raises the signal again once it has ended, which would end the
            # writes in flight with it.
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
    """A socket of this machine alone; port 0 is a free one."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(("127.0.0.1", port))
        found.listen()  # a browser that comes early waits
    except OSError as error:
        found.close()
        raise WrongUsage(
            f"Port {port} cannot be used: {error.strerror}. Choose another, or leave --port out."
        ) from error
    return found


def serve(room: Room, place: socket.socket) -> None:
    """Answer until somebody ends it; then let a job that writes end between two writes."""
    click.echo(f"The review room: {room.door.entrance}\nCtrl-C ends it.")
    room.tell = click.echo
    Server(room).run(sockets=[place])
    job = room.jobs.running()
    if job is not None:
        job.stop()
        click.echo(f"Waiting for '{job.title}' to stop after the writes in flight.", err=True)
        job.ended.wait()
