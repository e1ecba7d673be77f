"""A run that is asked to stop stops, also where what the signal raised was swallowed."""

import signal
from collections.abc import Iterator
from typing import NoReturn

import pytest

from destination_attio.engine.signals import RunStopped, Stop


class Terminated(KeyboardInterrupt):
    """What the program's own handler raises."""


def terminate(*_: object) -> NoReturn:
    raise Terminated


@pytest.fixture(autouse=True)
def own_handler() -> Iterator[None]:
    """SIGTERM as `destination-attio` handles it."""
    before = signal.signal(signal.SIGTERM, terminate)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Terminated)]
)
def test_a_signal_waits_for_the_writes_in_flight(number: signal.Signals, raised: type[BaseException]) -> None:
    """Inside, it is only noted; at the end it raises what it would have raised."""
    stop, steps = Stop(), list[str]()

    def write() -> None:
        with stop.listening(), stop.deferring():
            signal.raise_signal(number)
            steps.append("the answer is noted")

    with pytest.raises(raised):
        write()

    assert ["the answer is noted"] == steps
    assert stop.is_asked


def test_a_swallowed_signal_is_obeyed_later() -> None:
    """A library that catches what the handler raised does not make the run go on."""
    stop = Stop()
    with stop.listening():
        with pytest.raises(KeyboardInterrupt):  # as code does that catches everything
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            stop.obey()


def test_nobody_asked() -> None:
    """Without a signal nothing is raised; a caller's own word raises RunStopped; handlers come back."""
    stop = Stop()
    with stop.listening(), stop.deferring():
        stop.obey()
    assert terminate is signal.getsignal(signal.SIGTERM)
    stop.ask()
    with pytest.raises(RunStopped):
        stop.obey()


def test_an_ignored_signal_stays_ignored() -> None:
    """Started in the background, where Ctrl-C is ignored, a run is not stopped by one."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        stop = Stop()
        with stop.listening(), stop.deferring():
            signal.raise_signal(signal.SIGINT)
        assert not stop.is_asked
    finally:
        signal.signal(signal.SIGINT, before)
