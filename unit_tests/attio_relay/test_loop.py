"""The threads that run the schedule."""

import logging
import threading
from typing import Any

import pytest

from attio_relay.scheduling import loop
from attio_relay.scheduling.loop import Rounds


class Slow:
    """A scheduler whose one step takes until it is told to end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.held = threading.Event()
        self.steps = 0

    def due(self) -> tuple[list[str], float | None]:
        return ["c"], None

    def hold(self) -> None:
        self.held.set()

    def step(self, name: str) -> None:
        self.steps += 1
        self.begun.set()
        assert self.may_end.wait(60)


@pytest.fixture
def slow() -> Any:
    logging.disable(logging.CRITICAL)
    found = Slow()
    yield found
    found.may_end.set()
    logging.disable(logging.NOTSET)


def test_the_end_does_not_wait_for_a_slow_target(slow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call may take as long as the file allows; the process ends all the same; the next one finds it."""
    monkeypatch.setattr(loop, "GRACE", 0.05)
    rounds = Rounds(slow)
    rounds.start()
    assert slow.begun.wait(60)
    rounds.close()

    assert not slow.may_end.is_set()
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "relay-step")


def test_a_lease_is_renewed_while_a_step_lasts(slow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the connection gets no second step beside the first."""
    monkeypatch.setattr(loop, "RENEW_EVERY", 0.01)
    rounds = Rounds(slow)
    rounds.start()
    assert slow.begun.wait(60)

    assert slow.held.wait(60)
    assert 1 == slow.steps
    slow.may_end.set()
    rounds.close()
