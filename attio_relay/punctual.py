"""A session whose calls end in time, whatever the peer sends, with the credentials of the relay's file alone.

The time-out of `requests` begins anew with each byte that arrives: a peer that sends a byte now and then
could hold a call, and with it a connection of the schedule, for ever.
"""

from __future__ import annotations

from typing import Any

import requests
from requests.auth import HTTPBasicAuth
from requests.utils import get_auth_from_url

from attio_api.deadline import OverdueError, within


class PunctualSession(requests.Session):
    """Connecting and the whole answer may each take as long as `timeout` says."""

    def __init__(self) -> None:
        super().__init__()
        # Without it, an entry of a .netrc file would take the place of the token in the headers.
        self.auth = _of_the_file

    def request(self, method: str, url: str, **more: Any) -> requests.Response:  # type: ignore[override] # noqa: ANN401 (the relay names all others)
        """Make a request; raises ReadTimeout when the answer did not end in time."""
        send = super().request
        try:
            return within(2 * more["timeout"], lambda: send(method, url, **more))
        except OverdueError:
            raise requests.ReadTimeout("The answer did not end in time.") from None


def _of_the_file(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep the token that the request has; without one, take user and password of its address."""
    user, password = get_auth_from_url(request.url or "")
    if "Authorization" not in request.headers and user:
        HTTPBasicAuth(user, password)(request)
    return request
