"""Whose secrets sign for a route, and how they are read."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from attio_api.webhooks import sign
from attio_relay.receiving import refusals
from attio_relay.receiving.refusals import IN_A_ROW
from attio_relay.receiving.signatures import SignatureVerifier
from attio_relay.settings import RouteConfig
from unit_tests.attio_relay import asking
from unit_tests.attio_relay.asking import Asked, delivery, event

SECRET = "s" * 64


class NoWebhooks:
    """A store in which the relay made no webhook."""

    def webhooks(self, route: str) -> list[Any]:
        return [] if route else [None]


def test_orders_that_wait_for_a_neighbour_hold_up_no_delivery() -> None:
    """A delivery is verified while every thread that pages and orders share waits for a silent Attio."""
    route = RouteConfig(name="acme", secret=SECRET)
    held = threading.Event()

    async def verified() -> bool:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
        ordered = asyncio.ensure_future(asyncio.to_thread(held.wait, 60))
        store: Any = NoWebhooks()
        verifier = SignatureVerifier({"acme": route}, store, lambda *_: None, lambda: 0.0, lambda: 0.0)
        try:
            found = await asyncio.wait_for(verifier.signer("acme", b"{}", sign(SECRET, b"{}")), timeout=30)
        finally:
            held.set()
            await ordered
        return found is not None

    assert asyncio.run(verified())


BODY, ANOTHER = delivery(event()), delivery(event(), webhook_id="another")


@pytest.mark.parametrize(
    ("route", "secret", "body"),
    [
        ("acme", "wrong", BODY),
        ("acme", asking.SECRET, ANOTHER),
        ("guarded", "wrong", ANOTHER),
        ("guarded?secret=wrong", asking.SECRET, BODY),
    ],
)
def test_a_route_that_refuses_its_own_webhook_is_noted(
    relay: Asked, monkeypatch: pytest.MonkeyPatch, route: str, secret: str, body: bytes
) -> None:
    """A wrong secret, second factor or id of the route; the next event that is accepted ends it."""
    monkeypatch.setattr(refusals, "APART", 0.0)
    statuses = [relay.deliver(body, route=route, secret=secret).status for _ in range(IN_A_ROW)]
    name = route.partition("?")[0]
    noted = relay.relay.store.alerts.refused(name)
    accepted = relay.deliver(BODY, route=f"{name}?secret=second").status

    assert ([401] * IN_A_ROW, True, 200) == (statuses, noted, accepted)
    assert not relay.relay.store.alerts.refused(name)


@pytest.mark.parametrize(
    ("route", "body", "signature", "number"),
    [
        ("acme", BODY, "0" * 64, IN_A_ROW - 1),
        ("acme", ANOTHER, "0" * 64, IN_A_ROW),
        ("acme", BODY, "0" * 63, IN_A_ROW),
        ("nowhere", BODY, "0" * 64, IN_A_ROW),
    ],
)
def test_a_stranger_raises_no_alert(
    relay: Asked, monkeypatch: pytest.MonkeyPatch, route: str, body: bytes, signature: str, number: int
) -> None:
    """Whoever does not know the id of the route's webhook, or sends what nobody signed."""
    monkeypatch.setattr(refusals, "APART", 0.0)
    for _ in range(number):
        relay.ask("POST", f"/hooks/{route}", body, attio_signature=signature)

    assert not relay.relay.store.alerts.refused(route)
