from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.ui.jobs import Job
from attio_sync.ui.serving import Server, listening
from unit_tests.attio_sync.asgi import room_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attio_sync.ui.jobs import Kind
    from attio_sync.ui.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return room_in(tmp_path)


@pytest.fixture
def server(room: Room) -> Server:
    return Server(room)


@pytest.fixture
def running(room: Room, request: pytest.FixtureRequest) -> Iterator[Job]:
    """A job of a kind that has done 5 of 40, and goes on until the end of the test."""
    may_end = threading.Event()
    kind: Kind = request.param
    job = room.jobs.start(Job(kind, "x"), lambda _: may_end.wait(60) and None)
    job.tell(done=5, total=40)
    yield job
    may_end.set()
    assert job.ended.wait(60)


@pytest.mark.parametrize("running", ["push", "revert"], indirect=True)
@pytest.mark.usefixtures("running")
def test_while_a_job_writes_the_second_ctrl_c_ends_the_room(
    room: Room, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first one tells how far it is, and ends nothing."""
    server.handle_exit(signal.SIGINT, None)
    assert (False, True) == (server.should_exit, room.is_leaving)
    assert "A push is running: 5 of 40." in capsys.readouterr().err

    server.handle_exit(signal.SIGINT, None)
    assert (True, False) == (server.should_exit, server.force_exit)


@pytest.mark.parametrize("running", ["compare", "pull", "preview"], indirect=True)
@pytest.mark.usefixtures("running")
def test_a_job_that_only_reads_keeps_nobody(server: Server) -> None:
    """One Ctrl-C ends the room; a further one does not wait for open pages either."""
    server.handle_exit(signal.SIGINT, None)
    assert (True, False) == (server.should_exit, server.force_exit)

    server.handle_exit(signal.SIGINT, None)
    assert server.force_exit


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    """Free ones are given by the system."""
    with (
        listening(0) as first,
        pytest.raises(WrongUsage, match=r"^Port \d+ cannot be used: .*leave --port out"),
    ):
        listening(first.getsockname()[1])


@pytest.mark.parametrize(("system", "reused"), [("linux", True), ("darwin", True), ("win32", False)])
def test_a_port_that_was_left_just_now_is_free(
    monkeypatch: pytest.MonkeyPatch, system: str, reused: bool
) -> None:
    """Windows needs no option for that; there the option lets two programs listen on one port."""
    monkeypatch.setattr(sys, "platform", system)
    with listening(0) as place:
        assert bool(place.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)) == reused


@pytest.mark.usefixtures("server")
def test_the_server_prints_no_traceback() -> None:
    """It may hold contents of rows."""
    assert not logging.getLogger("uvicorn.error").isEnabledFor(logging.ERROR)
