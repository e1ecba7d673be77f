"""A relay whose page has something to show, and calls of its pages and orders, signed in or not."""

import http.client
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from attio_relay.store.deliveries import Delivery
from integration_tests.relay.running import RunningRelay
from integration_tests.relay.stores import delivery, webhook

TOKEN = "an-admin-token-of-32-characters."
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
TEXT = """
[server]
admin_token = "an-admin-token-of-32-characters."
[[routes]]
name = "acme"
[[connections]]
name = "crm to warehouse"
route = "acme"
debounce = "1h"
max_wait = "1h"
[connections.target]
type = "command"
command = ["echo", "<script>alert(1)</script>"]
""".replace("crm to warehouse", "crm-to-warehouse")


@contextmanager
def admin_relay(folder: Path) -> Iterator[RunningRelay]:
    """A relay with one event that waits, a delivery that could not be read and an ill webhook."""
    logging.disable(logging.ERROR)
    running = RunningRelay(folder, TEXT, {"ATTIO_RELAY_KEY": KEY})
    store = running.relay.store
    store.delivery_store.accept([delivery("k", name="crm-to-warehouse", at=time.time())])
    store.delivery_store.accept(
        [
            Delivery(
                route="acme",
                webhook_id="hook",
                idempotency_key="dead",
                received_at=time.time(),
                problem="<b>bad</b>",
                body=b"{",
            )
        ]
    )
    store.secret_store.keep_webhook(webhook(status="degraded", at=time.time()))
    yield running
    running.stop()
    logging.disable(logging.NOTSET)


def ask(
    relay: RunningRelay, method: str, path: str, body: dict[str, str] | str | None = None, **headers: str
) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, dict):
        body, named = urlencode(body), {"Content-Type": "application/x-www-form-urlencoded"} | named
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.getheader("Set-Cookie") or ""
    connection.close()
    return found


def signed_in(relay: RunningRelay) -> str:
    return ask(relay, "POST", "/sign-in", {"token": TOKEN})[2].partition(";")[0]
