from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from attio_sync.ui.relay import TOKEN, RelayView, relay

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "http://relay.example"
CONNECTION = {"seen": 5, "done": 3, "lag_seconds": 2.5, "needs_attention": False}
FACTS = {
    "connections": [CONNECTION],
    "webhooks": [{"status": "active"}],
    "deliveries": 7,
    "dead_letters": 0,
}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RelayView]:
    """What the room tells of a relay that gives an answer."""

    def tell(status: int, body: bytes, **headers: str) -> RelayView:
        answer = requests.Response()
        answer.status_code = status
        answer._content = body  # noqa: SLF001 -- how requests is told what was received
        answer.headers.update(headers)
        monkeypatch.setattr(requests, "get", lambda *_, **__: answer)
        return relay(URL)

    return tell


def test_a_relay_is_told_in_its_own_figures(told: Callable[..., RelayView]) -> None:
    """What no sync covers is added up over the connections; the oldest of it counts."""
    other = {"seen": 1, "done": 0, "lag_seconds": 60.0, "needs_attention": False}
    found = told(200, json.dumps(FACTS | {"connections": [CONNECTION, other]}).encode())

    assert (3, 60.0, 7, "", False) == (
        found.waiting,
        found.lag,
        found.deliveries,
        found.problem,
        found.needs_attention,
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"dead_letters": 1},
        {"webhooks": [{"status": "degraded"}]},
        {"connections": [CONNECTION | {"needs_attention": True}]},
    ],
)
def test_each_trouble_of_a_relay_needs_attention(
    told: Callable[..., RelayView], facts: dict[str, Any]
) -> None:
    """A message that could not be read, a webhook that Attio calls so, and a connection."""
    assert told(200, json.dumps(FACTS | facts).encode()).needs_attention


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (401, b"", f"set {TOKEN} before"),
        (403, b"", f"set {TOKEN} before"),
        (302, b"", f"set {TOKEN} before"),
        (500, b"", "answered with 500"),
        (200, b"<html>", "does not answer"),
        (200, b"[]", "does not answer"),
        (200, b"{}", "does not answer"),
    ],
)
def test_what_is_no_answer_of_a_relay_is_a_sentence(
    told: Callable[..., RelayView], status: int, body: bytes, problem: str
) -> None:
    """It names the address or the variable to set, and needs attention."""
    found = told(status, body, location="/sign-in")

    assert (True, True) == (problem in found.problem, found.needs_attention)


def test_without_a_relay_there_is_nothing_to_tell() -> None:
    """None is asked, and none is missed."""
    assert (RelayView(), False) == (relay(None), relay(None).needs_attention)
