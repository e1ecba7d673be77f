"""What a round of alerts sees of the clocks and of the store."""

from attio_relay.alerting.observer import Observer
from integration_tests.relay.stores import webhook
from unit_tests.attio_relay.asking import Asked


def test_a_clock_that_jumps_is_seen_once(relay: Asked) -> None:
    """Two hours that no steady clock saw are the jump of one round."""
    clock, steady = iter([0.0, 60.0, 7320.0, 7380.0]), iter([5.0, 65.0, 125.0, 185.0])
    look = Observer(
        relay.relay.config, relay.relay.store, clock=lambda: next(clock), steady=lambda: next(steady)
    )

    assert [0.0, 0.0, 7200.0, 0.0] == [look().jump for _ in range(4)]


def test_secrets_that_cannot_be_opened_are_seen(relay: Asked) -> None:
    """With the reason; while they can be opened there is none."""
    store = relay.relay.store
    store.secret_store.keep_webhook(webhook())
    look = Observer(relay.relay.config, store, clock=lambda: 0.0, steady=lambda: 0.0)
    well = look().sealed
    with store.database.transaction() as transaction:
        transaction.run("UPDATE webhooks SET sealed_secret = 'sealed with another key'")

    assert "" == well
    assert look().sealed
