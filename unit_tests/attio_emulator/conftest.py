"""The fixtures `api`, an emulator without sockets on a clock that moves with the writes, and `odd`.

`impatient` is one over HTTP that soon gives up waiting.
"""

from collections.abc import Iterator

import pytest

from attio_emulator.emulator import Emulator
from attio_emulator.remote import RemoteEmulator
from attio_emulator.serving.server import ThreadedServer
from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.odd import odd_records


@pytest.fixture
def api() -> Api:
    return Api(Emulator(clock_mode="manual"))


@pytest.fixture
def odd(api: Api) -> Api:
    """An emulator with three records of an object with an attribute of every type."""
    return odd_records(api)


@pytest.fixture
def impatient() -> Iterator[RemoteEmulator]:
    """An emulator that waits a fifth of a second for a request to be whole."""
    server = ThreadedServer(Emulator(clock_mode="manual"), patience=0.2)
    server.start()
    yield RemoteEmulator(server.url)
    server.stop()
