"""An executor without threads: what runs on it has the same order in every run."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class AtOnce(Executor):
    """Does what it is given right away, in the thread that asks."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        answer: Future[Any] = Future()
        try:
            answer.set_result(fn(*args, **kwargs))
        except Exception as trouble:  # noqa: BLE001 (a future carries whatever was raised)
            answer.set_exception(trouble)
        return answer
