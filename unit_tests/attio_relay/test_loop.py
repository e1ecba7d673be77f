"""The threads that run the schedule."""

import logging
import threading
from typing import Any

import pytest

from attio_relay.scheduling import loop
from attio_relay.scheduling.loop import SchedulerLoop
from attio_relay.store.database import StoreError


class Slow:
    """A scheduler whose one step takes until it is told to end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.held = threading.Event()
        self.steps = 0
        self.unreadable: list[Exception] = []
        self.unheld: list[Exception] = []

    def due(self) -> tuple[list[str], float | None]:
        if self.unreadable:
            raise self.unreadable.pop()
        return ["c"], None

    def hold(self) -> None:
        if self.unheld:
            # No pause after this one is as long as between two renewals that succeed.
            loop.RENEW_EVERY = 3600.0
            raise self.unheld.pop()
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
    rounds = SchedulerLoop(slow)
    rounds.start()
    assert slow.begun.wait(60)
    rounds.close()

    assert not slow.may_end.is_set()
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "relay-step")


def test_a_lease_is_renewed_while_a_step_lasts(slow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the connection gets no second step beside the first."""
    monkeypatch.setattr(loop, "RENEW_EVERY", 0.01)
    rounds = SchedulerLoop(slow)
    rounds.start()
    assert slow.begun.wait(60)

    assert slow.held.wait(60)
    assert 1 == slow.steps
    slow.may_end.set()
    rounds.close()


def test_a_lease_is_renewed_while_the_relay_stops(slow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the last step has ended: another replica would begin it again beside the one that is ending."""
    monkeypatch.setattr(loop, "RENEW_EVERY", 0.01)
    rounds = SchedulerLoop(slow)
    rounds.start()
    assert slow.begun.wait(60)
    stopping = threading.Thread(target=rounds.close)
    stopping.start()
    while any(thread.name == "relay-rounds" for thread in threading.enumerate()):
        stopping.join(0.01)
    slow.held.clear()

    assert slow.held.wait(60)
    slow.may_end.set()
    stopping.join()
    assert "relay-leases" not in {thread.name for thread in threading.enumerate()}


def comes(slow: Any, event: threading.Event) -> bool:
    """Whether the event comes in a loop that is started for it and ended after it."""
    rounds = SchedulerLoop(slow)
    rounds.start()
    try:
        return event.wait(60)
    finally:
        slow.may_end.set()
        rounds.close()


@pytest.mark.parametrize("trouble", [StoreError("down"), TypeError("odd")])
def test_a_renewal_that_failed_is_made_again_soon(
    slow: Any, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever went wrong: the lease would end while its step lasts."""
    monkeypatch.setattr(loop, "RENEW_AGAIN", 0.01)
    monkeypatch.setattr(loop, "RENEW_EVERY", 0.01)
    slow.unheld = [trouble] * 3

    assert comes(slow, slow.held)


@pytest.mark.parametrize("trouble", [StoreError("down"), TypeError("odd")])
def test_a_schedule_that_cannot_be_read_is_read_again(
    slow: Any, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever went wrong: otherwise deliveries would be stored, and no sync would start."""
    monkeypatch.setattr(loop, "AFTER_TROUBLE", 0.01)
    slow.unreadable = [trouble] * 3

    assert comes(slow, slow.begun)
