"""What stops a run: Ctrl-C, SIGTERM, or a caller that sets its stop; noted at once, obeyed between writes.

An exception that a signal raises may strike between an answer and its note, and a library that calls back
into Python may swallow it. So each signal is noted as well, and whoever writes looks at the note.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


class RunStopped(Exception):  # noqa: N818 (an end that somebody asked for, not an error)
    """The run was stopped; what it wrote until then is in Attio and in the journal."""


class Stop:
    """One run's note that it is to stop: set by a signal, or by another thread."""

    def __init__(self) -> None:
        self._is_asked = threading.Event()
        self._signal: signal.Signals | None = None
        self._before: dict[signal.Signals, Any] = {}

    def ask(self) -> None:
        """Stop after the writes in flight; any thread may ask."""
        self._is_asked.set()

    @property
    def is_asked(self) -> bool:
        """Whether the run is to stop."""
        return self._is_asked.is_set()

    def obey(self) -> None:
        """Raise what the signal would have raised, or RunStopped; nothing where nobody asked."""
        if not self.is_asked:
            return
        handler = self._before.get(self._signal) if self._signal else None
        if callable(handler):
            handler(self._signal, None)
        raise RunStopped

    def listening(self) -> _Listening:
        """Note signals inside the `with`, and let them do what they do otherwise, too."""
        return _Listening(self, is_deferring=False)

    def deferring(self) -> _Listening:
        """Note signals inside the `with`, and obey them at its end."""
        return _Listening(self, is_deferring=True)

    def note(self, number: int, before: Any) -> None:  # noqa: ANN401 (as signal has it)
        """A signal has come, which `before` would have handled."""
        self._signal = signal.Signals(number)
        self._before.setdefault(self._signal, before)
        self._is_asked.set()


class _Listening:
    """Handlers in place of what was there; other threads than the first have no signals."""

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
