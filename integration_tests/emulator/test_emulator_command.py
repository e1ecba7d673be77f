"""`attio-emulator serve` as a process: what it prints, what it serves, how it ends.

Its options are tested in `unit_tests/attio_emulator/test_cli.py`.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from attio_emulator.remote import RemoteEmulator

COMMAND = [sys.executable, "-c", "from attio_emulator.cli import main; main()", "serve"]


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], RemoteEmulator]]:
    """A running emulator at the address it prints."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(2)]
    assert lines[0].startswith("listening on http://127.0.0.1:")
    assert "token: emulator-token" == lines[1]
    try:
        yield process, RemoteEmulator(lines[0].removeprefix("listening on "))
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_a_seed_and_ends_quietly(how: signal.Signals) -> None:
    """Address and token first; asked to end, it ends with 0 and without a word."""
    with serving("--seed", "demo", "--companies", "7", "--limits", "off") as (process, attio):
        companies = attio.records("companies")
        process.send_signal(how)
        out, err = process.communicate(timeout=60)

    assert 7 == len(companies)
    assert (0, "", "") == (process.returncode, out, err)
