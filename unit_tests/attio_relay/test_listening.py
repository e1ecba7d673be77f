"""Where the relay listens, and what a connection tells of itself when there are too many."""

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from attio_relay.serving.listening import Server, address, bound, impatient, serve
from attio_relay.settings import ServerConfig

HALF = b"POST /hooks/acme HTTP/1.1\r\nHost: r\r\n"


def test_an_address_can_be_asked() -> None:
    """The free port that was taken stands in it, and an IPv6 address in brackets."""
    with closing(bound("127.0.0.1", 0)) as four, closing(bound("::1", 0)) as six:
        assert f"http://127.0.0.1:{four.getsockname()[1]}" == address(four)
        assert f"http://[::1]:{six.getsockname()[1]}" == address(six)


@pytest.mark.parametrize("host", ["x" * 64, "192.0.2.1"])
def test_a_place_where_nobody_can_listen_is_an_error_of_the_system(host: str) -> None:
    """A name that cannot be one, and an address of another machine, each with a sentence."""
    with pytest.raises(OSError, match=r"\w") as raised:
        bound(host, 0)

    assert raised.value.strerror


def test_a_port_is_taken_by_one() -> None:
    """A second relay on the same port is told, and takes nothing."""
    with closing(bound("127.0.0.1", 0)) as first, pytest.raises(OSError, match="in use"):
        bound("127.0.0.1", first.getsockname()[1])


@pytest.mark.parametrize(("system", "reused"), [("linux", True), ("darwin", True), ("win32", False)])
def test_a_port_that_was_left_just_now_is_free(
    monkeypatch: pytest.MonkeyPatch, system: str, reused: bool
) -> None:
    """Windows needs no option for that; there the option lets two programs listen on one port."""
    monkeypatch.setattr(sys, "platform", system)
    with closing(bound("127.0.0.1", 0)) as listener:
        assert bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)) == reused


def test_after_every_signal_that_ends_the_server_the_relay_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows Ctrl-Break is one more: its own handler would end the process before that."""
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR2)}
    monkeypatch.setattr(uvicorn.server, "HANDLED_SIGNALS", tuple(before))
    server = Server(PlainTextResponse(), ServerConfig(), ready=lambda: signal.raise_signal(signal.SIGUSR2))
    try:
        with closing(bound("127.0.0.1", 0)) as listener:
            serve(server, listener)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert server.should_exit


class Line(asyncio.Transport):
    """The relay's end of a connection that exists in memory only."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        super().__init__({"peername": ("192.0.2.7", 1), "sockname": ("127.0.0.1", 2)})
        self.said = b""
        self.aborted = False
        self.protocol: asyncio.Protocol | None = None

    def send(self, data: bytes) -> None:
        """Send something as the peer."""
        assert self.protocol is not None
        self.protocol.data_received(data)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += bytes(data)

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        assert self.protocol is not None
        if not self.aborted:
            self.loop.call_soon(self.protocol.connection_lost, None)
        self.aborted = True

    def close(self) -> None:
        self.abort()

    def pause_reading(self) -> None:
        """Read on: what a test sends is short."""

    def resume_reading(self) -> None:
        """As above."""


async def well(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request when all of it has come."""
    while (await receive()).get("more_body"):
        pass
    await PlainTextResponse("well")(scope, receive, send)


class Wire:
    """Connections of peers to one relay that may have two of them at once."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        config = ServerConfig(max_connections=2)
        self.state = ServerState()
        self.server = Server(well, config, lambda: None)
        self.protocol: Any = impatient(config)

    def connect(self, sent: bytes = b"") -> Line:
        line = Line(self.loop)
        line.protocol = self.protocol(self.server.config, self.state, {}, self.loop)
        line.protocol.connection_made(line)
        if sent:
            line.send(sent)
        return line

    def turn(self) -> None:
        """Let what was begun go on."""
        for _ in range(5):
            self.loop.run_until_complete(asyncio.sleep(0))


@pytest.fixture
def wire() -> Iterator[Wire]:
    found = Wire()
    yield found
    for each in [*found.state.connections]:
        each.transport.abort()
    found.turn()
    found.loop.close()


@pytest.mark.parametrize(
    "sent",
    [b"", HALF, HALF + b"Content-Length: 9\r\n\r\n{", HALF + b"\r\n"],
    ids=["none", "head", "body", "all"],
)
def test_a_stranger_who_keeps_a_connection_makes_room(wire: Wire, sent: bytes) -> None:
    """Whether he sent nothing, half a head, half a body or a request that was answered long ago."""
    stranger = wire.connect(sent)
    wire.turn()
    second, attio = wire.connect(), wire.connect(HALF + b"\r\n")
    wire.turn()

    assert (True, False, False) == (stranger.aborted, second.aborted, attio.aborted)
    assert attio.said.startswith(b"HTTP/1.1 200")


def test_each_of_many_that_come_at_once_gets_a_place(wire: Wire) -> None:
    """Before the system says of one connection that it is closed, a second one is dropped."""
    strangers = [wire.connect() for _ in range(2)]
    many = [wire.connect(HALF + b"\r\n") for _ in range(2)]
    wire.turn()

    assert [True, True] == [each.aborted for each in strangers]
    assert [True, True] == [each.said.startswith(b"HTTP/1.1 200") for each in many]


def test_a_peer_that_has_gone_takes_no_place(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    """The next one comes in its stead: that is no crowd, and nobody makes room."""
    gone, second = wire.connect(), wire.connect()
    gone.abort()
    wire.turn()
    wire.connect()

    assert ([], False) == (caplog.messages, second.aborted)


def test_a_proxy_that_keeps_its_connection_stays(wire: Wire) -> None:
    """What has just brought a request waits for less long than a younger connection that brought none."""
    proxy, stranger = wire.connect(HALF + b"\r\n"), wire.connect()
    wire.turn()
    wire.connect()

    assert (False, True) == (proxy.aborted, stranger.aborted)


def test_a_request_that_is_being_answered_is_not_cut_off(wire: Wire) -> None:
    """Where every connection has one, a further peer gets 503 and may come back."""
    busy = [wire.connect(HALF + b"\r\n") for _ in range(2)]
    third = wire.connect(HALF + b"\r\n")
    wire.turn()

    assert [True, True] == [each.said.startswith(b"HTTP/1.1 200") for each in busy]
    assert third.said.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 5" in third.said.lower()
