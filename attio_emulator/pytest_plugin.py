"""The pytest fixture `attio`: a local Attio for tests.

One server a session, in a thread; every test begins with an empty workspace, the five standard objects,
the token `emulator-token` with all scopes, rate limits off, and a clock that stands at 2026-01-01 09:00
UTC and moves one millisecond with each write (`attio.clock(mode="real")` lets it run).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator


@pytest.fixture(scope="session")
def attio_server() -> Iterator["RemoteEmulator"]:
    """The emulator that all tests of the session share; it keeps the state of earlier tests."""
    from attio_emulator.emulator import Emulator  # noqa: PLC0415 - sessions without it shall not pay for it
    from attio_emulator.remote import RemoteEmulator  # noqa: PLC0415 - as above
    from attio_emulator.serving.server import ThreadedServer  # noqa: PLC0415 - as above

    server = ThreadedServer(Emulator(clock_mode="manual"))
    server.start()
    yield RemoteEmulator(server.url)
    server.stop()


@pytest.fixture
def attio(attio_server: "RemoteEmulator") -> "RemoteEmulator":
    """A local Attio, empty at the start of every test."""
    attio_server.reset()
    return attio_server
