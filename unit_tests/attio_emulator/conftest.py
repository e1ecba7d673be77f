"""The fixtures `api`, an emulator without sockets on a clock that moves with the writes, and `odd`."""

import pytest

from attio_emulator.emulator import Emulator
from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.odd import odd_records


@pytest.fixture
def api() -> Api:
    return Api(Emulator(clock_mode="manual"))


@pytest.fixture
def odd(api: Api) -> Api:
    """An emulator with three records of an object with an attribute of every type."""
    return odd_records(api)
