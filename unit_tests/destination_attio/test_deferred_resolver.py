"""What happens to deferred rows at the end of an input."""

from types import SimpleNamespace
from typing import Any

import pytest

from destination_attio.engine import deferred_resolver
from destination_attio.engine.deferral import Deferrals
from destination_attio.engine.deferred_resolver import DeferredResolver
from destination_attio.storage.scratch import Scratch


class Stream:
    """Writes what is ready, and notes in which phase it was given what."""

    def __init__(self, waiting: Deferrals, told: list[Any]) -> None:
        self.waiting, self.told = waiting, told
        self.pipeline = SimpleNamespace(
            lane=1, given=lambda rows: [(f"a{number}", number) for number, _ in rows]
        )

    def push(self, rows: Any, *, is_full: bool = False) -> None:
        """Rows that are ready wake the next one, as in a chain."""
        assert not is_full
        taken = list(rows) or self.waiting.aside.take(1, 10, ready_only=True)
        self.told += [(self.waiting.phase, number) for number, _ in taken]
        self.waiting.aside.wake([f"a{number}" for number, _ in taken])

    def given(self) -> tuple[()]:
        return ()

    def link(self) -> None:
        self.told.append("link")

    def end(self) -> None:
        self.told.append("end")


def resolved(*rows: tuple[int, str | None]) -> list[Any]:
    """What is told of rows by number, each with the address that it waits for."""
    told: list[Any] = []
    with Scratch() as scratch:
        waiting = Deferrals(aside=scratch.aside)
        waiting.aside.put(1, [(one, {}, [(wanted, 0, True)] if wanted else []) for one, wanted in rows])
        stream: Any = Stream(waiting, told)
        DeferredResolver([stream], waiting, 10, lambda: None).resolve()
        assert waiting.phase == "open"
    return told


def test_a_chain_is_written_one_after_the_other() -> None:
    """Each row once its record is there; links and the end come last."""
    told = resolved((1, None), (2, "a1"), (3, "a2"))

    assert [("open", 1), ("open", 2), ("open", 3), "link", "end"] == told


def test_a_circle_is_made_first_and_linked_afterwards() -> None:
    """And who waits for nobody is decided with it."""
    told = resolved((1, "a2"), (2, "a1"), (3, "nowhere"))

    assert [("linking", one) for one in (1, 2, 3)] == told[:3]
    assert ["link", "end"] == told[3:]


def test_a_long_thin_chain_is_not_waited_for_link_by_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many small waves the rest is made at once, and linked."""
    monkeypatch.setattr(deferred_resolver, "SMALL_WAVES", 2)
    told = resolved((1, None), *((one, f"a{one - 1}") for one in range(2, 6)))

    assert [("open", 1), ("open", 2)] == told[:2]
    assert {"linking"} == {phase for phase, _ in told[2:-2]}
