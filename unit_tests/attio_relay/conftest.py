"""The fixture `relay`: everything but the sockets and the schedule."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from unit_tests.attio_relay.asking import Asked, a_relay


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Asked]:
    found = a_relay(tmp_path)
    found.relay.writer.start()
    yield found
    found.relay.close()
