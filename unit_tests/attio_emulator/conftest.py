"""The fixture `api`: an emulator without sockets, on a clock that moves with the writes."""

import pytest

from attio_emulator.emulator import Emulator
from unit_tests.attio_emulator.calling import Api


@pytest.fixture
def api() -> Api:
    return Api(Emulator(clock_mode="manual"))
