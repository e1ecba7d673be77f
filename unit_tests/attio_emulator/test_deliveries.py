import hashlib
import hmac

import pytest

from attio_emulator.hooks.deliveries import SECOND, Deliveries
from attio_emulator.hooks.webhooks import sign
from unit_tests.attio_emulator.delivering import DAY, LOCAL, NO, YES, book, carry, event, tasks, webhook


def test_a_delivery_is_signed_over_its_exact_bytes() -> None:
    """Both signature headers carry the hex HMAC-SHA256 of the body under the secret string."""
    deliveries = book()
    deliveries.publish("w", event(), 0)
    (delivery,) = deliveries.take(0, 0)
    expected = hmac.new(b"s" * 64, delivery.body, hashlib.sha256).hexdigest()

    assert expected == delivery.headers["Attio-Signature"] == delivery.headers["X-Attio-Signature"]
    assert expected == sign("s" * 64, delivery.body)


def test_one_event_goes_once_to_each_webhook_that_asked() -> None:
    """Other workspaces, other event types and inactive webhooks get nothing."""
    stranger, deaf, dead = webhook(2), webhook(3), webhook(4)
    stranger.workspace_id = "other"
    deaf.subscriptions = [{"event_type": "note.created", "filter": None}]
    dead.given_up = True
    deliveries = book(webhook(), stranger, deaf, dead)
    deliveries.publish("w", event(), 0)

    assert [webhook().webhook_id] == [delivery.webhook_id for delivery in carry(deliveries, 0)]


def test_a_refused_delivery_comes_again_unchanged() -> None:
    """A retry has the same key and the same bytes, and comes only when its time has come."""
    deliveries = book(first_retry_seconds=60)
    deliveries.publish("w", event(), 0)
    (first,) = deliveries.take(0, 0)
    key, body = first.idempotency_key, first.body
    deliveries.answered(first, NO, 0)

    assert [] == deliveries.take(60 * SECOND - 1, 60 * SECOND - 1)
    assert [(key, body)] == [(d.idempotency_key, d.body) for d in deliveries.take(60 * SECOND, 60 * SECOND)]


def test_ten_retries_take_three_days_and_then_the_webhook_is_degraded() -> None:
    """The pauses double; after the last one the delivery is given up, and the webhook's state says so."""
    deliveries = book()
    deliveries.publish("w", event(), 0)
    now, tries = 0, 0
    while (due := deliveries.next_due()) is not None:
        now = due
        tries += len(carry(deliveries, now, NO))

    assert 11 == tries
    assert 3 * DAY == pytest.approx(now, abs=SECOND)
    assert "degraded" == deliveries.status(deliveries.webhooks[webhook().webhook_id], now)


def degraded_book() -> Deliveries:
    deliveries = book(retries=0)
    deliveries.publish("w", event(), 0)
    carry(deliveries, 0, NO)
    return deliveries


def test_a_degraded_webhook_still_gets_deliveries_and_recovers() -> None:
    """An accepted delivery makes a degraded webhook active again."""
    deliveries = degraded_book()
    deliveries.publish("w", event(1), DAY)
    carry(deliveries, DAY)

    assert "active" == deliveries.status(deliveries.webhooks[webhook().webhook_id], DAY)


def test_a_week_of_degradation_ends_in_inactive() -> None:
    """After seven degraded days nothing is owed any more, not even what was already waiting."""
    deliveries = degraded_book()
    deliveries.publish("w", event(1), DAY)
    deliveries.publish("w", event(2), 7 * DAY)

    assert [] == deliveries.take(7 * DAY, 7 * DAY)
    assert ["failed", "dropped"] == [delivery.state for delivery in deliveries.all()]
    assert "inactive" == deliveries.status(deliveries.webhooks[webhook().webhook_id], 7 * DAY)


def test_a_target_gets_at_most_25_deliveries_in_any_second() -> None:
    """The pace is kept by target: two webhooks with one target share it, another target has its own."""
    deliveries = book(webhook(1), webhook(2), webhook(3, "http://localhost:9/other"))
    for number in range(20):
        deliveries.publish("w", event(number), 0)
    made = [delivery.target_url for delivery in carry(deliveries, 0, wall=0)]

    assert (25, 20) == (made.count(LOCAL), made.count("http://localhost:9/other"))
    assert [] == carry(deliveries, 0, wall=SECOND - 1)
    assert 15 == len(carry(deliveries, 0, wall=SECOND))


def test_the_pace_is_kept_on_the_clock_of_the_wall() -> None:
    """A stopped clock does not stop deliveries that are due: the pause ends by itself."""
    deliveries = book(per_second=1)
    deliveries.publish("w", event(1), 0)
    deliveries.publish("w", event(2), 0)
    carry(deliveries, 0, wall=5)

    assert SECOND - 1 == deliveries.pause(0, 6, clock_runs=False)
    assert [["2"]] == [tasks(delivery) for delivery in carry(deliveries, 0, wall=5 + SECOND)]
    assert None is deliveries.pause(0, 6, clock_runs=False)


def test_a_target_is_called_by_one_delivery_at_a_time() -> None:
    """While one delivery is on its way the next waits, so that the order of events is kept by default."""
    deliveries = book()
    deliveries.publish("w", event(1), 0)
    deliveries.publish("w", event(2), 0)
    (first,) = deliveries.take(0, 0)
    nothing = deliveries.take(0, 0)
    deliveries.answered(first, YES, 0)

    assert ([], [["2"]]) == (nothing, [tasks(delivery) for delivery in deliveries.take(0, 0)])


def test_batches_carry_several_events() -> None:
    """A full batch goes at once, a part of one when its time is over or somebody wants it sealed."""
    deliveries = book(batch_size=2, batch_seconds=1)
    for number in range(3):
        deliveries.publish("w", event(number), 0)

    assert [["0", "1"]] == [tasks(delivery) for delivery in carry(deliveries, 0)]
    assert SECOND == deliveries.next_due()
    assert [["2"]] == [tasks(delivery) for delivery in carry(deliveries, SECOND)]


def test_a_duplicate_is_the_same_message_again() -> None:
    """With duplicates on, the same bytes come twice under the same key."""
    deliveries = book(duplicates=1.0)
    deliveries.publish("w", event(), 0)
    first, second = carry(deliveries, 0)

    assert (first.idempotency_key, first.body) == (second.idempotency_key, second.body)


def test_reordering_repeats_with_its_seed() -> None:
    """With reordering on, some deliveries overtake others, and the same seed gives the same order."""

    def order(seed: int) -> list[list[str]]:
        deliveries = book(reordering=0.5, seed=seed)
        for number in range(20):
            deliveries.publish("w", event(number), 0)
        return [tasks(delivery) for now in (0, SECOND) for delivery in carry(deliveries, now)]

    assert order(7) == order(7) != sorted(order(7), key=lambda one: int(one[0]))
    assert 20 == len(order(7))


def test_nobody_outside_is_called_unless_asked() -> None:
    """A delivery to another machine is kept with its bytes and signature, and sent only when allowed."""
    outside = webhook(1, "https://example.com/hook")
    withheld, sent = book(outside), book(outside, outside=True)
    for deliveries in (withheld, sent):
        deliveries.publish("w", event(), 0)

    assert ([], ["withheld"]) == (withheld.take(0, 0), [delivery.state for delivery in withheld.all()])
    assert 1 == len(sent.take(0, 0))


def test_a_removed_webhook_gets_nothing_more() -> None:
    """What was owed to a webhook is dropped when it goes."""
    deliveries = book()
    deliveries.publish("w", event(), 0)
    deliveries.webhooks.clear()

    assert ([], ["dropped"]) == (deliveries.take(0, 0), [delivery.state for delivery in deliveries.all()])


def test_an_answer_after_everything_was_cleared_is_ignored() -> None:
    """A reset while a delivery is on its way leaves no trace of it."""
    deliveries = book()
    deliveries.publish("w", event(), 0)
    (delivery,) = deliveries.take(0, 0)
    deliveries.clear()
    deliveries.answered(delivery, NO, 0)

    assert ([], None) == (list(deliveries.all()), deliveries.next_due())


def test_secrets_and_bodies_stay_out_of_reprs() -> None:
    """Neither a webhook nor a delivery shows its secret or its content when printed."""
    deliveries = book()
    deliveries.publish("w", event(), 0)

    assert "s" * 64 not in repr(webhook())
    assert "task_id" not in repr(next(deliveries.all()))
