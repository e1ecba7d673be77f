"""Ctrl-C ends a command as stopped, whatever the library at work makes of it."""

import signal
from typing import NoReturn

import click
import duckdb
import pytest

from attio_sync import cli
from attio_sync.failures import FAILED, STOPPED
from attio_sync.interrupts import noted


@pytest.mark.parametrize(
    "raised", [RuntimeError("Query interrupted"), duckdb.Error("INTERRUPT"), OSError("x")]
)
@pytest.mark.parametrize("is_pressed", [True, False])
def test_whatever_is_raised_after_ctrl_c_is_a_stop(
    raised: Exception,
    is_pressed: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """130 and one sentence; without Ctrl-C the same error is a failure."""

    @click.command("pull")
    def pull() -> NoReturn:
        if is_pressed:
            with pytest.raises(KeyboardInterrupt):  # as a library does that turns it into another error
                signal.raise_signal(signal.SIGINT)
        raise raised

    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: pull)
    code = cli.run(["pull"])
    said = capsys.readouterr().err

    assert code == (STOPPED if is_pressed else FAILED)
    assert said.startswith("Stopped.") is is_pressed
    assert ("unexpected error" in said) is (not is_pressed and isinstance(raised, RuntimeError))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    """In the background, where the shell ignores it, nothing is noted."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with noted() as interrupts:
            signal.raise_signal(signal.SIGINT)
        assert not interrupts.was_asked
    finally:
        signal.signal(signal.SIGINT, before)
