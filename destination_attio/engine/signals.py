"""Signals that would stop the run while writes are in flight: noted at once, obeyed when the books are right.

An exception raised by a signal may strike between any two steps, also between an answer and its note.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Use as a context manager; inside, ask `is_asked`. Other threads than the first have no signals."""

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}
        self._asked: signal.Signals | None = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {one: signal.signal(one, self._note) for one in _STOPPING}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler or signal.SIG_DFL)
        if self._asked is not None:
            signal.raise_signal(self._asked)

    @property
    def is_asked(self) -> bool:
        """Whether the run is to stop."""
        return self._asked is not None

    def _note(self, number: int, _: object) -> None:
        self._asked = signal.Signals(number)
