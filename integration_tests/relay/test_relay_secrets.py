"""What the store seals: secrets of webhooks and addresses, and what sign-ins leave."""

from dataclasses import replace

import pytest

from attio_relay.store.sealing import SealError
from attio_relay.store.secrets import Install
from attio_relay.store.store import Store
from integration_tests.relay.stores import webhook


def test_secrets_are_sealed_and_bound_to_their_row(store: Store) -> None:
    """The store holds no secret in the clear, and a sealed one moved to another row is found out."""
    store.secret_store.keep_webhook(webhook("one"))
    with store.database.transaction() as transaction:
        sealed = transaction.rows("SELECT sealed_secret FROM webhooks")[0]["sealed_secret"]
        transaction.run("UPDATE webhooks SET webhook_id = 'two'")

    assert "secret" not in sealed
    with pytest.raises(SealError):
        store.secret_store.webhooks("acme")


def test_the_second_factor_of_an_address_is_sealed(store: Store) -> None:
    """An address with a query secret is nowhere in the clear, is read back whole, and is sealed anew."""
    url = "https://relay.example.com/hooks/acme?secret=second-factor"
    store.secret_store.intend("acme", url, now=1.0)
    store.secret_store.intend("acme", url, now=2.0)
    intended = store.secret_store.intents("acme")
    store.secret_store.intend("acme", f"{url}&turn=2", now=3.0)
    store.secret_store.keep_webhook(replace(webhook("one"), target_url=url))
    with store.database.reading() as transaction:
        kept = [
            row["target_url"]
            for table in ("webhooks", "webhook_intents")
            for row in transaction.rows(f"SELECT target_url FROM {table}")  # noqa: S608 (the test's own)
        ]

    assert [url] == intended
    assert [] == [text for text in kept if "second-factor" in text]
    assert 3 == store.secret_store.reseal()
    assert [url] == [hook.target_url for hook in store.secret_store.webhooks("acme")]
    assert [f"{url}&turn=2"] == store.secret_store.intents("acme")


def test_a_new_webhook_retires_the_old_one(store: Store) -> None:
    """Both are believed until the moment given, then only the new one; sealing anew changes neither."""
    store.secret_store.keep_webhook(webhook("one"))
    store.secret_store.keep_webhook(webhook("two", at=2.0), replaces_until=50.0)
    resealed = store.secret_store.reseal()
    found = {hook.webhook_id: (hook.secret, hook.not_after) for hook in store.secret_store.webhooks("acme")}
    store.secret_store.forget_retired(now=51.0)
    kept = [hook.webhook_id for hook in store.secret_store.webhooks("acme")]
    store.secret_store.note_gone("one")
    store.secret_store.forget_retired(now=51.0)

    assert ["two", "one"] == kept, "Attio may still have it"
    assert 2 == resealed
    assert {"two": ("secret of two", None), "one": ("secret of one", 50.0)} == found
    assert ["two"] == [hook.webhook_id for hook in store.secret_store.webhooks("acme")]


def test_a_sign_in_state_works_once_and_not_for_long(store: Store) -> None:
    """Taken once it is gone; after its time it is worth nothing."""
    for name in ("used", "late"):
        store.secret_store.keep_state(name, route="acme", redirect_uri="https://r/cb", expires_at=10.0)

    assert ("acme", "https://r/cb") == store.secret_store.take_state("used", now=5.0)
    assert store.secret_store.take_state("used", now=5.0) is None
    assert store.secret_store.take_state("late", now=11.0) is None


def test_an_install_replaces_the_one_before(store: Store) -> None:
    """One organisation a route, its token sealed."""
    for token in ("first", "second"):
        store.secret_store.keep_install(
            Install(
                route="acme", workspace_id="w", workspace_name="W", token=token, scopes="", installed_at=1.0
            )
        )
    found = store.secret_store.install("acme")

    assert found is not None
    assert "second" == found.token
