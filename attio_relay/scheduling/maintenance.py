"""Chores: work that is repeated at intervals, such as pruning; one replica does each chore at a time."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_relay.store.schedule import Ledger

CHECK_EVERY = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Chore:
    """One piece of work; `every` is the seconds between two starts."""

    name: str
    every: float
    work: Callable[[], None]


class Chores:
    """The thread that does the chores."""

    def __init__(self, ledger: Ledger, *, owner: str) -> None:
        self._chores: list[Chore] = []
        self._ledger = ledger
        self._owner = owner
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="relay-chores", daemon=True)

    def add(self, *chores: Chore) -> None:
        """Add chores."""
        self._chores += chores

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the chore in progress has ended."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def stopped(self, seconds: float) -> bool:
        """Wait for so many seconds; returns True at once when the chores are closed."""
        return self._closing.wait(seconds)

    def round(self) -> None:
        """Do the chores that are due and that no other replica has taken."""
        for chore in self._chores:
            try:
                if self._ledger.take_turn(chore.name, owner=self._owner, seconds=chore.every):
                    chore.work()
            except StoreError as error:
                logger.error("The chore %s must wait: %s", chore.name, error)  # noqa: TRY400 (no stack needed)
            except Exception:
                # A chore that fails must not stop the others.
                logger.exception("The chore %s failed.", chore.name)

    def _work(self) -> None:
        while not self._closing.wait(CHECK_EVERY):
            self.round()
