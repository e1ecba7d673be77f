"""The fixtures `process` and `source`, the command `source-attio` pointed at the emulator."""

from pathlib import Path

import pytest

from attio_emulator.remote import RemoteEmulator
from integration_tests.source.process import Command, InThisProcess


@pytest.fixture
def process(attio: RemoteEmulator, tmp_path: Path) -> Command:
    """The command as it is installed, pointed at the emulator."""
    return Command(tmp_path, attio.url)


@pytest.fixture
def source(attio: RemoteEmulator, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """What it does, in this process."""
    return InThisProcess(tmp_path, attio.url, capfd)
