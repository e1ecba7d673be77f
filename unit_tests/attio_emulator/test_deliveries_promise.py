"""What holds of deliveries after any history: once a target accepts them, every event has reached it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from attio_emulator.hooks.deliveries import SECOND, Deliveries
from attio_emulator.hooks.webhooks import Delivery, Reply
from unit_tests.attio_emulator.delivering import book, carry, event, tasks

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 5)),
        st.tuples(st.just("advance"), st.integers(1, 100_000)),
        st.tuples(st.just("answer"), st.sampled_from([200, 204, 301, 404, 500, None])),
    ),
    max_size=60,
)
TROUBLE = st.fixed_dictionaries(
    {
        "batch_size": st.integers(1, 3),
        "duplicates": st.sampled_from([0.0, 0.5, 1.0]),
        "reordering": st.sampled_from([0.0, 0.5]),
        "in_flight": st.integers(1, 3),
        "seed": st.integers(0, 9),
    }
)


def carry_once(deliveries: Deliveries, now: int, answer: Reply) -> list[Delivery]:
    """Take what may start now, once, and answer it."""
    taken = deliveries.take(now, now)
    for delivery in taken:
        deliveries.answered(delivery, answer, now)
    return taken


@given(TROUBLE, STEPS)
def test_whatever_a_target_answers_no_event_is_lost(trouble: dict[str, Any], steps: list[Any]) -> None:
    """Once a target accepts everything, each event has reached it, with one key for each content."""
    deliveries, now, published = book(retries=1000, **trouble), 0, 0
    carried: list[Delivery] = []
    for action, amount in [*steps, ("advance", 10**9)]:
        if action == "publish":
            for _ in range(amount):
                published += 1
                deliveries.publish("w", event(published), now)
        elif action == "advance":
            now += amount * SECOND
        else:
            carried += [
                each for each in carry_once(deliveries, now, Reply(status=amount)) if amount in (200, 204)
            ]
    while deliveries.pause(now, now, clock_runs=True) is not None:
        carried += carry(deliveries, now)
        now += SECOND

    assert {str(number) for number in range(1, published + 1)} == {
        task for each in carried for task in tasks(each)
    }
    assert len({each.idempotency_key for each in carried}) == len({each.body for each in carried})
