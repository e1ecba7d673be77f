"""Stops a run on Ctrl-C, SIGTERM or `ask`: the request is noted at once and carried out between writes.

An exception raised by a signal may come between an answer and its journaling, and a library that calls back
into Python may swallow it. So each signal is also noted, and the writer checks the note.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


class RunStopped(Exception):  # noqa: N818 (an end that somebody asked for, not an error)
    """The run was stopped; its writes until then are in Attio and in the journal."""


class Stop:
    """The request to stop one run, made by a signal or by another thread."""

    def __init__(self) -> None:
        self._is_asked = threading.Event()
        self._signal: signal.Signals | None = None
        self._before: dict[signal.Signals, Any] = {}

    def ask(self) -> None:
        """Ask the run to stop after the writes in flight; any thread may call this."""
        self._is_asked.set()

    @property
    def is_asked(self) -> bool:
        """Whether the run has been asked to stop."""
        return self._is_asked.is_set()

    def obey(self) -> None:
        """Run the signal's earlier handler and raise RunStopped; does nothing where no stop was asked for."""
        if not self.is_asked:
            return
        handler = self._before.get(self._signal) if self._signal else None
        if callable(handler):
            handler(self._signal, None)
        raise RunStopped

    def listening(self) -> _Listening:
        """Note signals inside the `with`, and run their earlier handlers at once."""
        return _Listening(self, is_deferring=False)

    def deferring(self) -> _Listening:
        """Defer signals inside the `with`: note them, and carry them out at its end."""
        return _Listening(self, is_deferring=True)

    def note(self, number: int, before: Any) -> None:  # noqa: ANN401 (as signal has it)
        """Note a signal and the handler that it had before."""
        self._signal = signal.Signals(number)
        self._before.setdefault(self._signal, before)
        self._is_asked.set()


class _Listening:
    """Replaces signal handlers for a `with`; only in the main thread, as others receive no signals."""

    def __init__(self, stop: Stop, *, is_deferring: bool) -> None:
        self._stop, self._is_deferring = stop, is_deferring
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for one in _STOPPING:
                if signal.getsignal(one) not in {signal.SIG_IGN, None}:
                    self._before[one] = signal.signal(one, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._is_deferring and error is None:
            self._stop.obey()

    def _handle(self, number: int, frame: Any) -> None:  # noqa: ANN401 (as signal has it)
        before = self._before[number]
        self._stop.note(number, before)
        if self._is_deferring:
            return
        if callable(before):
            before(number, frame)
        raise KeyboardInterrupt
