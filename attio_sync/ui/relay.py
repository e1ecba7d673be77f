"""Asks the relay for its state over HTTP, at `/admin/list`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Final

import requests

TOKEN: Final = "ATTIO_RELAY_ADMIN_TOKEN"  # noqa: S105 -- the name of a variable
_SECONDS: Final = 3.0
_START: Final = "Start it, or give the address of another one: `attio-sync ui --relay URL`."


@dataclass(frozen=True, kw_only=True, slots=True)
class RelayView:
    """The relay's state, or in `problem` why it is not known."""

    url: str = ""
    problem: str = ""
    connections: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    deliveries: int = 0
    dead_letters: int = 0
    last_delivery_at: str | None = None

    @property
    def waiting(self) -> int:
        """Changes that no finished sync covers yet."""
        return sum(int(one["seen"]) - int(one["done"]) for one in self.connections)

    @property
    def lag(self) -> float:
        """Seconds since the oldest change that no finished sync covers."""
        return max((float(one["lag_seconds"]) for one in self.connections), default=0.0)

    @property
    def needs_attention(self) -> bool:
        """Whether there is a problem, a dead letter, or a webhook or connection in trouble."""
        sick = [one for one in self.webhooks if one.get("status") not in {"active", None}]
        return bool(self.problem or self.dead_letters or sick) or any(
            one.get("needs_attention") for one in self.connections
        )


def relay(url: str | None) -> RelayView:
    """Ask the relay; raises nothing: where it does not answer, `problem` says so."""
    if url is None:
        return RelayView()
    try:
        headers = {"Authorization": f"Bearer {os.environ.get(TOKEN, '')}"}
        answer = requests.get(f"{url}/admin/list", headers=headers, timeout=_SECONDS, allow_redirects=False)
        return _read(url, answer)
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        problem = f"The relay at {url} does not answer ({type(error).__name__}). {_START}"
        return RelayView(url=url, problem=problem)


def _read(url: str, answer: requests.Response) -> RelayView:
    if answer.status_code in {401, 403} or answer.is_redirect:
        return RelayView(
            url=url, problem=f"The relay wants its admin token: set {TOKEN} before 'attio-sync ui'."
        )
    if answer.status_code != requests.codes.ok:
        return RelayView(url=url, problem=f"The relay at {url} answered with {answer.status_code}.")
    facts = answer.json()
    return RelayView(
        url=url,
        connections=facts["connections"],
        webhooks=facts["webhooks"],
        deliveries=facts["deliveries"],
        dead_letters=facts["dead_letters"],
        last_delivery_at=facts.get("last_delivery_at"),
    )
