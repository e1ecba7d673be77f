"""Limits how long nothing at all may be heard from Attio, over all tries and all requests of a client."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import requests

from attio_api.transport import Adapter, pooled_session

if TYPE_CHECKING:
    from collections.abc import Callable


class Impatient(Adapter):
    """Sends requests until nothing was heard for some seconds; from then on each one fails at once."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """The time runs from now, and again from each answer."""
        super().__init__()
        self._seconds, self._clock = seconds, clock
        self._heard = clock()

    def send(
        self,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ANN401 (passed on as it comes)
        **more: Any,  # noqa: ANN401 (as above)
    ) -> requests.Response:
        """Send one request, and wait for its answer for the seconds that are left."""
        left = self._heard + self._seconds - self._clock()
        if left <= 0:
            raise requests.ReadTimeout(request=request)
        answer = super().send(request, *args, **{**more, "timeout": left})
        self._heard = self._clock()
        return answer


def impatient(seconds: float) -> requests.Session:
    """A session for a client that a person waits for."""
    return pooled_session(Impatient(seconds))
