"""A client that a person waits for does not wait for an Attio that says nothing."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from attio_api.silence import Impatient, impatient


def test_the_time_runs_again_from_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request gets what is left; once it is used up, further tries and requests fail at once."""
    now, given = [0.0], list[float]()

    def answered(_: Any, request: Any, **more: Any) -> requests.Response:
        given.append(more["timeout"])
        now[0] += 5
        if len(given) == 3:
            now[0] += more["timeout"]
            raise requests.ReadTimeout(request=request)
        return requests.Response()

    monkeypatch.setattr(HTTPAdapter, "send", answered)
    adapter, request = Impatient(20, lambda: now[0]), requests.PreparedRequest()
    for _ in range(2):
        adapter.send(request, timeout=(10, 120))
    for _ in range(3):
        with pytest.raises(requests.ReadTimeout):
            adapter.send(request, timeout=(10, 120))

    assert [20, 20, 20] == given


def test_a_session_sends_by_it() -> None:
    """To every address."""
    assert isinstance(impatient(1).get_adapter("https://api.attio.com"), Impatient)
