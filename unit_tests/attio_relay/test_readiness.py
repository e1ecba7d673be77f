"""What the relay says of its readiness."""

import pytest

from attio_relay.serving import readiness
from integration_tests.relay.stores import webhook
from unit_tests.attio_relay.asking import Asked


def test_a_relay_that_cannot_open_its_secrets_is_not_ready(
    relay: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses every delivery, so nothing may send it any."""
    monkeypatch.setattr(readiness, "PROVED_FOR", -1.0)
    store = relay.relay.store
    store.secret_store.keep_webhook(webhook())
    ready = relay.ask("GET", "/readyz").status
    with store.database.transaction() as transaction:
        transaction.run("UPDATE webhooks SET sealed_secret = 'sealed with another key'")
    asked = relay.ask("GET", "/readyz")

    assert (200, 503) == (ready, asked.status)
    assert "secrets cannot be opened" in asked.json()["error"]
