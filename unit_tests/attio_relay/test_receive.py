"""What the relay takes in, and from whom."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from attio_api.webhooks import EVENT_TYPES, sign
from attio_relay.receiving.hooks import message
from attio_relay.store.changes import Question
from unit_tests.attio_relay.asking import CONFIG, OLD_SECRET, SECRET, Asked, a_relay, delivery, event

BODY = delivery(event())


def changes(relay: Asked) -> list[Any]:
    page = relay.relay.store.feed.read(Question(route="acme", after=0, limit=1000))
    return [(change.event_type, json.loads(change.facts)) for change in page.changes]


def seen(relay: Asked) -> int:
    return relay.relay.store.schedule_store.lines()[0].seen


def test_a_delivery_is_stored_before_it_is_answered(relay: Asked) -> None:
    """After a 200 the change is in the feed and in the schedule."""
    assert 200 == relay.deliver(BODY).status
    expected = {"object_id": "o", "record_id": "r", "actor": {"type": "api-token", "id": "person"}}
    assert [("record.updated", expected)] == changes(relay)
    assert 1 == seen(relay)


def test_a_repeat_counts_once(relay: Asked) -> None:
    """The same message with the same key is answered alike and changes nothing."""
    statuses = [relay.deliver(BODY, key).status for key in ("k", "k", "k")]

    assert [200, 200, 200] == statuses
    assert 1 == len(changes(relay)) == seen(relay)


def test_equal_bodies_with_different_keys_are_two_changes(relay: Asked) -> None:
    """A name that was changed twice gives the same bytes twice: bodies never tell a repeat."""
    relay.deliver(BODY, "one")
    relay.deliver(BODY, "two")

    assert 2 == len(changes(relay))


def test_without_a_key_every_message_is_new(relay: Asked) -> None:
    """A message without an Idempotency-Key is never taken for a repeat."""
    for _ in range(2):
        relay.ask("POST", "/hooks/acme", BODY, attio_signature=sign(SECRET, BODY))

    assert 2 == len(changes(relay))


@pytest.mark.parametrize(
    "signature",
    ["", "0" * 64, sign(SECRET, BODY)[:-1], sign("other", BODY), sign(SECRET, BODY + b" "), "é" * 64],
)
def test_a_forgery_is_refused(relay: Asked, signature: str) -> None:
    """No signature but that of exactly these bytes with this route's secret is believed."""
    got = relay.ask("POST", "/hooks/acme", BODY, attio_signature=signature, idempotency_key="k")

    assert 401 == got.status
    assert [] == changes(relay)


def test_an_unknown_route_answers_like_a_wrong_signature(relay: Asked) -> None:
    """Nobody learns from answers which routes exist."""
    forged = relay.ask("POST", "/hooks/acme", BODY, attio_signature="0" * 64)
    nowhere = relay.ask("POST", "/hooks/nowhere", BODY, attio_signature=sign(SECRET, BODY))

    assert forged == nowhere


def test_the_other_header_and_the_old_secret_are_believed(relay: Asked) -> None:
    """X-Attio-Signature serves as well, and during a rotation both secrets do."""
    old = relay.deliver(BODY, "old", secret=OLD_SECRET)
    other = relay.ask("POST", "/hooks/acme", BODY, x_attio_signature=sign(SECRET, BODY))

    assert [200, 200] == [old.status, other.status]


@pytest.mark.parametrize(
    "body", [delivery(event(), webhook_id="another"), delivery(event(workspace_id="elsewhere"))]
)
def test_a_delivery_of_somebody_else_is_refused(relay: Asked, body: bytes) -> None:
    """A right signature does not help a delivery that names another webhook or workspace than the route's."""
    assert 401 == relay.deliver(body).status
    assert [] == changes(relay)


def test_the_second_factor_is_asked_for_where_configured(relay: Asked) -> None:
    """A route with a query secret wants the signature and the secret."""
    statuses = [
        relay.deliver(BODY, "k", route=route).status
        for route in ("guarded", "guarded?secret=wrong", "guarded?secret=second")
    ]

    assert [401, 401, 200] == statuses


def test_every_event_type_is_taken_and_unknown_ones_too(relay: Asked) -> None:
    """All 34 types and one that Attio may invent are stored, in one delivery of 35 events."""
    types = [*sorted(EVENT_TYPES), "deal.imagined"]
    body = delivery(*({"event_type": name, "id": {"workspace_id": "w"}} for name in types))

    assert 200 == relay.deliver(body).status
    assert types == [name for name, _ in changes(relay)]
    assert 35 == seen(relay)


def test_a_delivery_without_events_is_fine(relay: Asked) -> None:
    """Zero events lead to nothing, and to no complaint."""
    assert 200 == relay.deliver(delivery()).status
    assert 0 == seen(relay)


def test_a_merge_names_both_records(relay: Asked) -> None:
    """The survivor and the record that ceased to exist are both in the feed."""
    merged = event("record.merged") | {"duplicate_object_id": "o", "duplicate_record_id": "gone"}
    relay.deliver(delivery(merged))
    ((_, facts),) = changes(relay)

    assert ("r", "gone") == (facts["record_id"], facts["duplicate_record_id"])


def test_own_writes_lead_to_no_sync_but_stay_in_the_feed(relay: Asked) -> None:
    """Events of an ignored actor are handed out and start nothing, so that a two-way sync does not loop."""
    relay.deliver(delivery(event(actor="us")))

    assert 1 == len(changes(relay))
    assert 0 == seen(relay)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"webhook_id":"hook","events":[1]}', b"[" * 4000, b"\xff"])
def test_a_signed_body_that_cannot_be_read_is_kept(relay: Asked, body: bytes) -> None:
    """It is acknowledged, since repeating it would not help, and waits as a dead letter."""
    assert 200 == relay.deliver(body).status
    (letter,) = relay.relay.store.delivery_store.dead_letters(limit=10)
    assert body == letter.body


def test_a_dead_letter_is_a_gap_and_a_change_of_every_connection(relay: Asked) -> None:
    """It was acknowledged, so that Attio never sends again what nobody could read; a repeat counts once."""
    for _ in range(2):
        relay.deliver(b"{", "dead")
    page = relay.relay.store.feed.read(Question(route="acme", after=0, limit=10))
    told = relay.ask("GET", "/feeds/acme/changes", authorization="Bearer token-of-the-feed").json()["gap"]

    assert ([], 1, 1) == (page.changes, page.head, seen(relay))
    assert ("dead_letter", 1) == (told["reason"], told["since"])
    assert "A signed message could not be read" in told["sentence"]


def test_ids_in_capital_letters_are_the_ids_in_small_ones(tmp_path: Path) -> None:
    """In an event, and in a file that somebody copied them into."""
    ours = "97052eb9-e65e-443f-a297-f2d9a4a7f795"
    big = ours.upper()
    text = CONFIG.replace('"w"', f'"{big}"').replace('"hook"', f'"{big}"')
    text = text.replace('"api-token:us"]', f'"api-token:{big}"]\nobjects = ["{ours}"]')
    relay = a_relay(tmp_path, text)
    relay.relay.writer.start()
    heard = [event(workspace_id=each, object_id=big, actor="person") for each in (ours, big)]
    own = event(workspace_id=ours, object_id=ours, actor=ours)
    answers = [relay.deliver(delivery(*heard, own, webhook_id=each), each).status for each in (ours, big)]
    objects = {facts["object_id"] for _, facts in changes(relay)}
    number = seen(relay)
    relay.relay.close()

    assert ([200, 200], {ours}, 4) == (answers, objects, number)


def test_a_body_that_is_too_large_is_refused(relay: Asked) -> None:
    """By its announced length, and by counting when it announces nothing."""
    announced = relay.ask("POST", "/hooks/acme", b"", content_length="5000")
    counted = relay.ask("POST", "/hooks/acme", *[b"x" * 1000] * 6)

    assert [413, 413] == [announced.status, counted.status]


def test_a_body_that_stalls_is_refused(relay: Asked) -> None:
    """A peer that stops in the middle of a body is let go."""
    assert 408 == relay.ask("POST", "/hooks/acme", b"{", stall=True).status


@pytest.mark.parametrize(
    ("chunks", "reason", "setting"),
    [([b"x" * 1000] * 6, "size", "body_limit"), ([b"{"], "slow", "body_deadline")],
)
def test_a_refused_body_is_told_once_and_counted_each_time(
    relay: Asked, caplog: pytest.LogCaptureFixture, chunks: list[bytes], reason: str, setting: str
) -> None:
    """If Attio sent it, changes will be missing in three days; strangers fill no log."""
    for route in ("acme", "acme", "elsewhere"):
        relay.ask("POST", f"/hooks/{route}", *chunks, stall=reason == "slow")

    assert f'attio_relay_refused_total{{reason="{reason}"}} 3\n' in relay.relay.metrics.text([])
    (told,) = [each.getMessage() for each in caplog.records]
    assert told.startswith("Route acme: a message was refused.")
    assert f"raise {setting} in [server]" in told


def test_a_full_queue_asks_to_come_back(tmp_path: Path) -> None:
    """When more wait than may, the answer is 503 with Retry-After, never a 2xx."""
    relay = a_relay(tmp_path)
    relay.relay.writer._waiting.extend([None, None])  # type: ignore[list-item] # noqa: SLF001 (fills the queue)
    got = relay.deliver(BODY)
    relay.relay.store.database.close()

    assert 503 == got.status
    assert got.headers["retry-after"].isdigit()


def test_a_store_that_fails_asks_to_come_back(relay: Asked) -> None:
    """A full disk or a lost database gives 503, so that Attio keeps the message."""
    with relay.relay.store.database.transaction() as transaction:
        transaction.run("DROP TABLE deliveries")

    assert 503 == relay.deliver(BODY).status


@pytest.mark.parametrize(("path", "status"), [("/hooks/", 404), ("/hooks/acme/", 404), ("/hooks/a/b", 404)])
def test_an_address_beside_those_of_routes_is_none(relay: Asked, path: str, status: int) -> None:
    """A route's name is the whole rest of the address, and it is never empty."""
    assert status == relay.ask("POST", path, BODY, attio_signature=sign(SECRET, BODY)).status


def test_the_first_of_two_equal_headers_counts(relay: Asked) -> None:
    """Whoever adds a second signature or key behind the first one changes nothing."""
    head = [(b"idempotency-key", b"one"), (b"attio-signature", b"first")]
    again = [(b"idempotency-key", b"two"), (b"attio-signature", b"second"), (b"x-attio-signature", b"x")]
    read = message("acme", {"headers": [*head, *again], "query_string": b"secret=s&turn=1"})

    assert ("one", "first", "s") == (read.idempotency_key, read.signature, read.second_factor)


def test_a_peer_that_goes_away_within_a_body_is_let_go(relay: Asked) -> None:
    """Nothing is stored of half a body, whatever its signature."""
    half = {"type": "http.request", "body": BODY, "more_body": True}
    messages, sent = [half, {"type": "http.disconnect"}], []
    headers = [(b"attio-signature", sign(SECRET, BODY).encode())]
    scope = {"type": "http", "method": "POST", "path": "/hooks/acme", "headers": headers, "query_string": b""}

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(relay.relay.router(scope, receive, send))
    assert 400 == sent[0]["status"]
    assert [] == changes(relay)


def test_methods_and_addresses_are_checked(relay: Asked) -> None:
    """Other methods get 405 with what is allowed, other addresses 404."""
    wrong_method, nowhere = relay.ask("GET", "/hooks/acme"), relay.ask("GET", "/nowhere")

    assert (405, "POST") == (wrong_method.status, wrong_method.headers["allow"])
    assert 404 == nowhere.status
