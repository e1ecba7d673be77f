"""Has answers decoded by the thread that delivers their rows, whenever it waits for rows.

Decoding and delivering both need the interpreter's lock all the time. Two threads that do so hand it over
every few milliseconds, and lose what the processor's caches held: a sixth of a sync's time. So the threads
that receive answers leave decoding to the one that delivers.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from threading import Lock, get_ident
from typing import Any, Final, TypeVar

Result = TypeVar("Result")
PATIENCE: Final = 1.0
"""Seconds after which a thread decodes its answer itself: the delivering one may wait for a slow reader."""


class DecodeQueue:
    """Answers that wait to be decoded; used by many threads, one of which may attend to it."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock, self._alone = Lock(), Lock()
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._asked: Future[None] = Future()
        self._attendant: int | None = None

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Within the block, the current thread promises to call `work` whenever `asked` is done."""
        self._attendant = get_ident()
        try:
            yield
        finally:
            self._attendant = None
            with self._lock:
                left = [answer for _, answer in self._jobs]
            for answer in left:
                answer.cancel()

    @property
    def asked(self) -> "Future[None]":
        """A future that is done while an answer waits."""
        return self._asked

    def decode(self, job: Callable[[], Result]) -> Result:
        """Return what `job` returns, run by the attending thread, or here if none has begun it in time."""
        if self._attendant not in {None, get_ident()}:
            answer = self._put(job)
            try:
                return answer.result(self._patience)
            except (CancelledError, TimeoutError):
                if not answer.cancel():
                    return answer.result()
                self._take_back(answer)
        with self._alone:
            return job()

    def work(self) -> None:
        """Decode the answer that has waited longest, if there is one; an error is raised where it was asked.

        Raises only what ends the whole sync, as KeyboardInterrupt.
        """
        with self._lock:
            if not self._jobs:
                return
            job, answer = self._jobs.popleft()
            if not self._jobs:
                self._asked = Future()
        if not answer.set_running_or_notify_cancel():
            return
        try:
            answer.set_result(job())
        except BaseException as trouble:
            answer.set_exception(trouble)
            if not isinstance(trouble, Exception):
                raise

    def _put(self, job: Callable[[], Result]) -> "Future[Result]":
        answer: Future[Result] = Future()
        with self._lock:
            self._jobs.append((job, answer))
            if not self._asked.done():
                self._asked.set_result(None)
        return answer

    def _take_back(self, answer: "Future[Any]") -> None:
        """Let go of a job that was decoded elsewhere: it holds a whole answer."""
        with self._lock:
            self._jobs = deque(each for each in self._jobs if each[1] is not answer)
            if not self._jobs and self._asked.done():
                self._asked = Future()
