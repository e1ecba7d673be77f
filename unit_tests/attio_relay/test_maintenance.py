"""Maintenance tasks: each for itself, and over when the relay stops."""

import logging
import threading
from collections.abc import Iterator

import pytest

from attio_relay.scheduling import maintenance
from attio_relay.scheduling.maintenance import Maintenance, MaintenanceTask
from attio_relay.store.database import StoreError


class Turns:
    """Gives every turn to whoever asks; the store does not answer for some tasks."""

    def __init__(self, *down: str) -> None:
        self.down = down

    def take_turn(self, task: str, *, owner: str, seconds: float) -> bool:
        if task in self.down:
            raise StoreError("down")
        return bool(owner) and seconds > 0


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tasks are looked for without a pause, and nobody waits for one that hangs."""
    monkeypatch.setattr(maintenance, "CHECK_EVERY", 0.001)
    monkeypatch.setattr(maintenance, "GRACE", 0.0)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def maintained(turns: Turns, *tasks: MaintenanceTask) -> Maintenance:
    found = Maintenance(turns, owner="me")  # type: ignore[arg-type] # as much of a store as is used
    found.add(*tasks)
    found.start()
    return found


def test_a_task_that_hangs_holds_up_no_other_one_and_no_stop() -> None:
    """Alerts go out while Attio is silent, and the relay ends although it still waits for Attio."""
    held, hangs, alerted = threading.Event(), threading.Event(), threading.Event()

    def silent() -> None:
        hangs.set()
        held.wait(60)

    running = maintained(
        Turns(),
        MaintenanceTask(name="watch", every=1.0, work=silent),
        MaintenanceTask(name="alerts", every=1.0, work=alerted.set),
    )
    went_on = hangs.wait(60) and alerted.wait(60)
    running.close()
    left = [each.name for each in threading.enumerate() if each.name == "relay-watch"]
    held.set()

    assert (True, ["relay-watch"]) == (went_on, left)


def test_a_task_that_fails_is_tried_again() -> None:
    """An error ends neither its thread nor another one, and neither does a store that does not answer."""
    tries: list[int] = []
    again, other = threading.Event(), threading.Event()

    def fails() -> None:
        tries.append(1)
        if len(tries) > 1:
            again.set()
        raise ValueError("odd")

    running = maintained(
        Turns("prune"),
        MaintenanceTask(name="prune", every=1.0, work=other.set),
        MaintenanceTask(name="watch", every=1.0, work=fails),
    )
    went_on = again.wait(60)
    running.close()

    assert (True, False) == (went_on, other.is_set())


def test_a_task_of_each_replica_needs_no_store() -> None:
    """It is done although nobody can be asked for a turn: the alert about the store itself must go out."""
    done, other = threading.Event(), threading.Event()
    running = maintained(
        Turns("store", "alerts"),
        MaintenanceTask(name="alerts", every=0.001, work=other.set),
        MaintenanceTask(name="store", every=0.001, work=done.set, alone=True),
    )
    went_out = done.wait(60)
    running.close()

    assert (True, False) == (went_out, other.is_set())
