"""Clients of Attio's API as the relay uses them."""

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from attio_api.errors import AttioError
from attio_relay.config import parse
from attio_relay.subscribing import clients


class NoInstalls:
    """A store in which nobody signed in."""

    def install(self, route: str) -> None:
        assert route


def test_a_relay_that_serves_gives_a_silent_attio_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """An order on the status page and a look at the webhooks end within seconds, not within minutes."""
    given: list[float] = []

    def silent(_: Any, request: Any, **more: Any) -> requests.Response:
        given.append(more["timeout"])
        raise requests.ReadTimeout(request=request)

    monkeypatch.setattr(HTTPAdapter, "send", silent)
    monkeypatch.setattr(clients, "TRIES_OF_A_SERVER", 1)
    config = parse({"attio": {"token": "t" * 64}, "routes": [{"name": "acme"}]}, {}, folder=tmp_path)
    client = clients.client_of_server(config, NoInstalls(), "acme")  # type: ignore[arg-type] # as much of a store as is used
    with pytest.raises(AttioError):
        client.webhooks()

    assert 1 == len(given)
    assert 0 < given[0] <= clients.LONGEST_SILENCE
