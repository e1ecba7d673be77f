"""Whose secrets sign for a route, and how they are read."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from attio_api.webhooks import sign
from attio_relay.receiving.signatures import SignatureVerifier
from attio_relay.settings import RouteConfig

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
        verifier = SignatureVerifier({"acme": route}, NoWebhooks(), lambda: 0.0, lambda: 0.0)  # type: ignore[arg-type] # as much of a store as is used
        try:
            found = await asyncio.wait_for(verifier.signer("acme", b"{}", sign(SECRET, b"{}")), timeout=30)
        finally:
            held.set()
            await ordered
        return found is not None

    assert asyncio.run(verified())
