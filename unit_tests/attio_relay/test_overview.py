"""What programs, the terminal and the page are told of the relay."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from attio_relay.serving.feed_api import moment
from attio_relay.serving.overview import Overview, overview
from attio_relay.store.alerts import Condition
from integration_tests.relay.stores import cover, delivery, webhook
from unit_tests.attio_relay.asking import Asked

CAME, NOW = 1_790_000_000.0, 1_790_000_090.0


@pytest.fixture
def told(relay: Asked) -> Callable[[], Overview]:
    """What a relay with one uncovered change tells."""
    relay.relay.store.delivery_store.accept([delivery("k", name="crm", at=CAME)])
    return lambda: overview(relay.relay.config, relay.relay.store, now=NOW)


def test_a_program_reads_what_waits_and_what_is_fresh(told: Callable[[], Overview], relay: Asked) -> None:
    """When each connection was fresh, which streams are behind, when the last event came."""
    found: Any = told().as_json()
    (crm,) = found["connections"]
    cover(relay.relay.store)
    covered: Any = told().as_json()["connections"]

    assert (1, 0, 90.0) == (crm["seen"], crm["done"], crm["lag_seconds"])
    assert moment(CAME) == crm["fresh_until"] == found["last_delivery_at"]
    assert {"object-1": moment(CAME)} == crm["streams_behind"]
    assert {"acme": moment(CAME), "guarded": None} == {
        each["name"]: each["last_event_at"] for each in found["routes"]
    }
    assert (1, 0) == (found["deliveries"], found["dead_letters"])
    assert (1, 0, moment(NOW), {}) == tuple(
        covered[0][each] for each in ("done", "lag_seconds", "fresh_until", "streams_behind")
    )


def test_with_slugs_in_the_file_no_stream_is_called_up_to_date(relay: Asked) -> None:
    """Changes name ids, so that without asking Attio nobody knows which of them the connection waits for."""
    relay.relay.store.delivery_store.accept([delivery("k", name="crm", at=CAME)])
    named = {
        name: each.filtered(objects=frozenset({"people"}), lists=frozenset())
        for name, each in relay.relay.config.connections.items()
    }
    found: Any = overview(replace(relay.relay.config, connections=named), relay.relay.store, now=NOW)

    assert [(moment(CAME), None)] == [
        (each["fresh_until"], each["streams_behind"]) for each in found.as_json()["connections"]
    ]


def test_open_alerts_are_told_to_all(told: Callable[[], Overview], relay: Asked) -> None:
    """To programs with name and subject, on a terminal with its sentence."""
    condition = Condition(name="gap", subject="acme", sentence="Events may be missing.")
    relay.relay.store.alerts.update([condition], now=CAME)
    found: Any = told().as_json()["alerts"]

    assert [("gap", "acme", moment(CAME))] == [(at["alert"], at["subject"], at["since"]) for at in found]
    assert f"alert since {moment(CAME)}: Events may be missing." in told().as_text().splitlines()


def test_a_connection_of_an_ill_webhook_needs_attention(told: Callable[[], Overview], relay: Asked) -> None:
    """Nothing may have changed, and nothing may have been heard of."""
    before = told().connections[0]
    relay.relay.store.secret_store.keep_webhook(webhook(status="inactive", at=NOW))
    after = told().connections[0]

    assert (False, False) == (before.unheard, before.attention)
    assert (True, True) == (after.unheard, after.attention)


def test_a_terminal_shows_a_line_for_each_thing(told: Callable[[], Overview], relay: Asked) -> None:
    """Connections with what waits, webhooks, and how much is kept."""
    store = relay.relay.store
    store.secret_store.keep_webhook(webhook(at=NOW))
    waiting = told().as_text().splitlines()
    store.schedule_store.set_paused("crm", paused=True)
    cover(store)

    assert [
        "crm: idle, 1 change seen, 1 waiting for 1.5 m",
        "webhook hook for acme: active",
        "1 delivery kept, 0 dead letters",
    ] == waiting
    assert "crm: paused, idle, 1 change seen, all covered" == told().as_text().splitlines()[0]
