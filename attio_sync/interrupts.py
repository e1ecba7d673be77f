"""Remembers Ctrl-C, since a library that is interrupted may raise some other error instead."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Interrupts:
    """Whether Ctrl-C was pressed since the command began."""

    was_asked = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """Remember it, and raise KeyboardInterrupt as Python's own handler does."""
        self.was_asked = True
        signal.default_int_handler(number, frame)


@contextmanager
def noted() -> Iterator[Interrupts]:
    """Remember Ctrl-C inside the block, unless it is ignored, as in a background job."""
    interrupts, before = Interrupts(), signal.getsignal(signal.SIGINT)
    is_ours = threading.current_thread() is threading.main_thread() and before == signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, interrupts.note)
    try:
        yield interrupts
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, before)
