"""Leases of connections and of maintenance tasks, and the steps of a run that they fence."""

import pytest

from attio_relay.store.leases import LEASE, LeaseLostError
from attio_relay.store.lines import State
from attio_relay.store.runs import Outcome
from attio_relay.store.store import Store
from integration_tests.relay.conftest import Clock
from integration_tests.relay.stores import delivery


def test_a_lease_keeps_others_out_until_it_ends(store: Store, clock: Clock) -> None:
    """One replica at a time; the one whose lease was taken over can write no more."""
    store.schedule_store.register({"c": "acme"})
    store.delivery_store.accept([delivery("a")])
    mine = store.schedule_store.lease("c", owner="me")
    assert mine is not None

    clock.now = LEASE - 1
    assert store.schedule_store.lease("c", owner="other") is None
    clock.now = LEASE
    assert store.schedule_store.lease("c", owner="other") is not None
    with pytest.raises(LeaseLostError):
        store.schedule_store.claim(mine, run_id="r", baseline=None, target="t", now=12.0)
    assert [] == store.run_store.runs(limit=1)


def test_a_run_is_written_down_step_by_step(store: Store) -> None:
    """Claim, start and success are three commits; what came after the claim stays to be done."""
    store.schedule_store.register({"c": "acme"})
    store.delivery_store.accept([delivery("a")])
    line = store.schedule_store.lease("c", owner="me")
    assert line is not None
    line = store.schedule_store.claim(line, run_id="r", baseline="7", target="t", now=2.0)
    store.delivery_store.accept([delivery("b")])
    line = store.schedule_store.started(line, job="8", now=3.0, poll_at=4.0)
    line = store.schedule_store.succeeded(line, now=5.0, not_before=6.0)

    assert (State.IDLE, 2, 1, 1) == (line.state, line.seen, line.claimed, line.done)
    (run,) = store.run_store.runs(limit=5, connection="c")
    assert (Outcome.SUCCEEDED, "8", 1) == (run.outcome, run.job, run.changes)


def test_a_maintenance_task_is_done_by_one_replica_at_a_time(store: Store, clock: Clock) -> None:
    """The turn is taken for a while, and free again after it."""
    turns = []
    for owner, clock.now in (("a", 0.0), ("b", 5.0), ("b", 10.0)):
        turns.append(store.schedule_store.take_turn("watch", owner=owner, seconds=10))

    assert [True, False, True] == turns


def test_a_relay_that_is_alone_takes_over_the_maintenance_tasks_at_its_start(store: Store) -> None:
    """Its file may have changed: what the one before did a moment ago is done again."""
    held = store.schedule_store.take_turn("watch", owner="one", seconds=900.0)
    waits = store.schedule_store.take_turn("watch", owner="two", seconds=900.0)
    store.schedule_store.release_all()

    assert (True, False) == (held, waits)
    assert store.schedule_store.take_turn("watch", owner="two", seconds=900.0)


def test_a_lease_is_held_for_as_long_as_the_work_takes(store: Store, clock: Clock) -> None:
    """Renewed it keeps others out for minutes; a killed relay's own is taken back at once."""
    store.schedule_store.register({"c": "acme"})
    assert store.schedule_store.lease("c", owner="one")
    for _ in range(30):
        clock.now += 5.0
        store.schedule_store.renew("one")

        assert store.schedule_store.lease("c", owner="two") is None
    store.schedule_store.release_all()

    assert store.schedule_store.lease("c", owner="two")


def test_a_lease_outlives_no_clock_that_is_set_back(store: Store, clock: Clock) -> None:
    """A lease that ends hours ahead was given by a clock that was wrong."""
    store.schedule_store.register({"c": "acme"})
    clock.now = 7200.0
    assert store.schedule_store.lease("c", owner="one")
    assert store.schedule_store.take_turn("watch", owner="one", seconds=900.0)
    clock.now = 0.0

    assert store.schedule_store.lease("c", owner="two")
    assert store.schedule_store.take_turn("watch", owner="two", seconds=900.0)
