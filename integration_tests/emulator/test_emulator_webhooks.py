"""Webhooks of the emulator over HTTP: subscribing, deliveries, retries, and trouble on order."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.webhook_target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator

PERSON = {"name": "Lovelace, Ada"}


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    yield target
    target.stop()


def subscribe(attio: RemoteEmulator, target_url: str, *event_types: str, filter: Any = None) -> Any:  # noqa: A002 - Attio's word
    subscriptions = [{"event_type": each, "filter": filter} for each in event_types]
    body = {"data": {"target_url": target_url, "subscriptions": subscriptions}}
    return attio.api("POST", "/v2/webhooks", body)["data"]


def status(attio: RemoteEmulator, webhook: Any) -> str:
    return str(attio.api("GET", f"/v2/webhooks/{webhook['id']['webhook_id']}")["data"]["status"])


def test_a_write_is_delivered_signed(attio: RemoteEmulator, target: Target) -> None:
    """A write through the API reaches the target with the event, the writer, and a signature of its bytes."""
    webhook = subscribe(attio, target.url, "record.created")
    record = attio.create_record("people", PERSON)

    assert attio.drain()
    (delivery,) = target.received
    signature = hmac.new(webhook["secret"].encode(), delivery.body, hashlib.sha256).hexdigest()
    assert signature == delivery.headers["Attio-Signature"] == delivery.headers["X-Attio-Signature"]
    assert "application/json" == delivery.headers["Content-Type"]
    actor = record["values"]["created_by"][0]
    assert [
        {
            "event_type": "record.created",
            "id": record["id"],
            "actor": {"type": actor["referenced_actor_type"], "id": actor["referenced_actor_id"]},
        }
    ] == delivery.events


def test_a_retry_is_the_same_message(attio: RemoteEmulator, target: Target) -> None:
    """A refused delivery comes again when the clock has moved on, with the same key and the same bytes."""
    target.statuses = [500, 301]
    subscribe(attio, target.url, "record.created")
    attio.create_record("people", PERSON)
    counts = []
    for _ in range(3):
        attio.drain()
        counts.append(len(target.received))
        attio.clock(advance_seconds=600)

    assert [1, 2, 3] == counts
    assert 1 == len({(one.body, one.headers["Idempotency-Key"]) for one in target.received})


def test_retries_come_by_themselves_while_the_clock_runs(attio: RemoteEmulator, target: Target) -> None:
    """On a running clock retries need no help, and all pauses can be shrunk."""
    target.statuses = [500, 500]
    attio.clock(mode="real")
    attio.webhooks(time_scale=0.00001)
    subscribe(attio, target.url, "record.created")
    attio.create_record("people", PERSON)

    assert target.wait_for(3)
    assert 1 == len({one.headers["Idempotency-Key"] for one in target.received})


def test_a_filter_keeps_others_out(attio: RemoteEmulator, target: Target) -> None:
    """Only events that pass the filter are delivered."""
    people = attio.api("GET", "/v2/objects/people")["data"]["id"]["object_id"]
    only_people = {"$and": [{"field": "id.object_id", "operator": "equals", "value": people}]}
    subscribe(attio, target.url, "record.created", filter=only_people)
    attio.create_record("companies", {"name": "Example"})
    attio.create_record("people", PERSON)

    assert attio.drain()
    assert [people] == [event["id"]["object_id"] for event in target.events()]


def test_a_target_that_stays_dead_ends_inactive(attio: RemoteEmulator, target: Target) -> None:
    """After all tries the webhook is degraded, after a week inactive; then nothing is sent any more."""
    target.stop()
    webhook = subscribe(attio, target.url, "record.created")
    attio.create_record("people", PERSON)
    states = [status(attio, webhook)]
    for _ in range(12):
        attio.drain()
        attio.clock(advance_seconds=86_400 * 2)
        states.append(status(attio, webhook))
    for _ in range(4):
        attio.clock(advance_seconds=86_400 * 2)
    states.append(status(attio, webhook))
    attio.create_record("people", PERSON)

    assert ["active", "degraded", "inactive"] == list(dict.fromkeys(states))
    assert 1 == len(attio.webhooks()["deliveries"])


def test_states_can_be_ordered(attio: RemoteEmulator, target: Target) -> None:
    """The control plane puts a webhook into any state at once."""
    webhook = subscribe(attio, target.url, "record.created")
    seen = []
    for wanted in ("degraded", "inactive", "active"):
        attio.control("POST", f"webhooks/{webhook['id']['webhook_id']}", {"status": wanted})
        seen.append(status(attio, webhook))

    assert ["degraded", "inactive", "active"] == seen


def test_duplicates_and_batches_on_order(attio: RemoteEmulator, target: Target) -> None:
    """With these options several events come in one delivery, and deliveries come twice under one key."""
    attio.webhooks(batch_size=3, duplicates=1.0)
    subscribe(attio, target.url, "record.created")
    for _ in range(4):
        attio.create_record("people", PERSON)

    assert attio.drain()
    assert [3, 3, 1, 1] == [len(delivery.events) for delivery in target.received]
    assert 2 == len({delivery.headers["Idempotency-Key"] for delivery in target.received})


def test_reordering_on_order(attio: RemoteEmulator, target: Target) -> None:
    """With reordering some events overtake others, and none is lost."""
    attio.webhooks(reordering=0.5, seed=3)
    subscribe(attio, target.url, "record.created")
    made = [attio.create_record("people", PERSON)["id"]["record_id"] for _ in range(10)]
    attio.drain()
    attio.clock(advance_seconds=1)
    attio.drain()

    arrived = [event["id"]["record_id"] for event in target.events()]
    assert sorted(made) == sorted(arrived)
    assert made != arrived


def test_more_than_a_second_holds_arrive_all(attio: RemoteEmulator, target: Target) -> None:
    """The pace of 25 a second delays deliveries and loses none, though the emulator's clock stands still."""
    attio.webhooks(per_second=1000)
    subscribe(attio, target.url, "record.created")
    made = [attio.create_record("people", PERSON)["id"]["record_id"] for _ in range(60)]

    assert attio.drain()
    assert made == [event["id"]["record_id"] for event in target.events()]


def test_the_outside_world_is_left_alone(attio: RemoteEmulator) -> None:
    """Deliveries to other machines are kept and not sent."""
    subscribe(attio, "https://example.com/hook", "record.created")
    attio.create_record("people", PERSON)

    assert attio.drain()
    assert ["withheld"] == [each["state"] for each in attio.webhooks()["deliveries"]]


def test_a_dump_carries_webhooks_and_their_secrets(attio: RemoteEmulator, target: Target) -> None:
    """A loaded dump delivers to the webhooks it holds, signed with the same secrets."""
    webhook = subscribe(attio, target.url, "record.created")
    attio.load(attio.dump())
    attio.create_record("people", PERSON)

    assert attio.drain()
    (delivery,) = target.received
    expected = hmac.new(webhook["secret"].encode(), delivery.body, hashlib.sha256).hexdigest()
    assert expected == delivery.headers["Attio-Signature"]


def test_formulas_are_told_of_without_a_further_call(attio: RemoteEmulator, target: Target) -> None:
    """On a running clock each formula follows by itself, also one made of another, told as the system's."""
    record_id = attio.create_record("companies", {"name": "Bob"})["id"]["record_id"]
    formulas = [
        attio.formula("companies", "once", text_of=["name", {"constant": "!"}]),
        attio.formula("companies", "twice", text_of=["once", "once"]),
    ]
    attio.automatic_changes(formula_seconds=0.2)
    attio.clock(mode="real")
    subscribe(attio, target.url, "record.updated")
    change = {"data": {"values": {"name": "Ada"}}}
    attio.api("PATCH", f"/v2/objects/companies/records/{record_id}", change)

    assert target.wait_for(3)
    written, *echoes = target.events()
    assert "api-token" == written["actor"]["type"]
    assert [each["id"]["attribute_id"] for each in formulas] == [
        each["id"]["attribute_id"] for each in echoes
    ]
    assert ["system", "system"] == [event["actor"]["type"] for event in echoes]
    assert 1 == len(attio.records("companies", filter={"twice": "Ada!Ada!"}))
