"""The store keeps the same promises about messages and the feed on SQLite and on Postgres."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from attio_relay.store.changes import GapReason, Question
from attio_relay.store.database import StoreError
from attio_relay.store.deliveries import Delivery
from attio_relay.store.store import Store
from integration_tests.relay.stores import asked, delivery, fill


def test_a_message_is_kept_once_within_and_between_groups(store: Store) -> None:
    """Repeats are found in the same commit and in a later one; changes and schedule count them once."""
    store.schedule_store.register({"c": "acme"})

    assert [True, False] == store.delivery_store.accept([delivery("a"), delivery("a")])
    assert [False, True] == store.delivery_store.accept([delivery("a"), delivery("b")])
    assert 2 == store.feed.head("acme") == store.schedule_store.lines()[0].seen


def test_writers_side_by_side_leave_no_hole(store: Store) -> None:
    """Several writers on one store: every message once, positions without gaps or doubles."""
    store.schedule_store.register({"c": "acme"})
    batches = [
        [delivery(f"{n % 30}-{n % 2}") for n in range(start, start + 20)] for start in range(0, 80, 20)
    ]
    threads = [threading.Thread(target=store.delivery_store.accept, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    page = store.feed.read(asked())

    assert list(range(1, page.head + 1)) == [change.seq for change in page.changes]
    assert 30 == page.head == store.schedule_store.lines()[0].seen


def test_the_feed_is_paged_and_filtered(store: Store) -> None:
    """Pages join without overlap; filters move the position on; `head` is asked for by name."""
    fill(store, 5)
    first, second = store.feed.read(asked(limit=3)), store.feed.read(asked(after=3, limit=3))
    only = store.feed.read(asked(objects=("object-1",), events=("record.*",)))

    assert ([1, 2, 3], 3) == ([change.seq for change in first.changes], first.next)
    assert ([4, 5], 5) == ([change.seq for change in second.changes], second.next)
    assert ([1, 3, 5], 5) == ([change.seq for change in only.changes], only.next)
    assert ([], 5) == (list(store.feed.read(asked(None, 0)).changes), store.feed.read(asked(None, 0)).next)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (asked(after=1), GapReason.PRUNED),
        (asked(after=9), GapReason.UNKNOWN_POSITION),
        (asked(after=4, epoch="other"), GapReason.OTHER_EPOCH),
        (asked(after=4), None),
    ],
)
def test_the_feed_says_when_history_is_missing(
    store: Store, question: Question, reason: GapReason | None
) -> None:
    """A reader whose position was pruned, never existed or belongs to another store is told so."""
    fill(store, 5)
    store.feed.prune(before=3.5, limit=100)
    gap = store.feed.read(question).gap

    assert reason == (gap.reason if gap else None)


def test_a_marked_gap_is_seen_by_those_before_it(store: Store) -> None:
    """Whoever has not read past a mark learns of it; whoever has does not."""
    fill(store, 2)
    position = store.feed.mark_gap("acme", reason=GapReason.WEBHOOK_LOST, now=3.0)
    before, after = store.feed.read(asked(after=1)), store.feed.read(asked(after=position))

    assert before.gap is not None
    assert GapReason.WEBHOOK_LOST == before.gap.reason
    assert [2] == [change.seq for change in before.changes]
    assert after.gap is None


def test_old_messages_are_forgotten_and_only_those(store: Store) -> None:
    """Pruning drops what is older than the moment; a repeat of a kept message is still known."""
    fill(store, 3)

    assert 2 == store.delivery_store.prune(before=3.0, limit=100)
    assert [False] == store.delivery_store.accept([delivery("k3")])


@pytest.mark.parametrize("run_id", ["nobody's", "a\0b"])
def test_a_run_that_is_unknown_is_none(store: Store, run_id: str) -> None:
    """Also when its name is a text that a database refuses."""
    assert store.run_store.run(run_id) is None


def test_a_dead_letter_comes_alive_once(store: Store) -> None:
    """Read again, its events count, and a second time changes nothing."""
    store.schedule_store.register({"c": "acme"})
    dead = Delivery(
        route="acme",
        webhook_id="hook",
        idempotency_key="k",
        received_at=1.0,
        problem="unreadable",
        body=b"\x00{",
    )
    store.delivery_store.accept([dead])
    (letter,) = store.delivery_store.dead_letters(limit=5)
    for _ in range(2):
        store.delivery_store.revive(letter, delivery("k"))

    assert b"\x00{" == letter.body
    assert [] == store.delivery_store.dead_letters(limit=5)
    assert 1 == store.feed.head("acme") == store.schedule_store.lines()[0].seen


def test_totals_go_with_the_rows(store: Store) -> None:
    """How many are kept, and how many of them dead, is known without counting; also after pruning."""
    dead = Delivery(
        route="acme", webhook_id="h", idempotency_key="d", received_at=0.5, problem="p", body=b"{"
    )
    store.delivery_store.accept([dead])
    fill(store, 4)
    fill(store, 4)
    before = store.delivery_store.counts()
    pruned = [store.delivery_store.prune(before=2.5, limit=2) for _ in range(3)]

    assert {"deliveries": 5, "dead": 1} == before
    assert [2, 1, 0] == pruned
    assert {"deliveries": 2, "dead": 0} == store.delivery_store.counts()


def test_pruning_the_feed_takes_a_few_rows_at_a_time(store: Store) -> None:
    """Each commit forgets no more than it may, and a reader is told up to where."""
    fill(store, 5)
    steps = [store.feed.prune(before=4.5, limit=3) for _ in range(3)]
    page = store.feed.read(asked(after=0))

    assert [3, 1, 0] == steps
    assert (5, [5]) == (page.oldest, [change.seq for change in page.changes])


def test_pruning_with_nothing_old_waits_for_no_writer(store: Store) -> None:
    """It only reads, so a commit in progress is neither waited for nor held up."""
    fill(store, 5)
    with ThreadPoolExecutor(1) as pool, store.database.transaction() as transaction:
        transaction.run("UPDATE heads SET pruned = pruned")
        prune = (store.delivery_store.prune, store.feed.prune, store.run_store.prune)
        found = [pool.submit(each, before=0.5, limit=100).result(timeout=60) for each in prune]

    assert [0, 0, 0] == found


def test_threads_that_write_wait_for_each_other(store: Store) -> None:
    """The next one goes on when a commit ends, and its own is complete."""
    with ThreadPoolExecutor(1) as pool:
        with store.database.transaction() as transaction:
            transaction.run("INSERT INTO heads VALUES ('acme', 5, 0)")
            waits = pool.submit(store.feed.mark_gap, "acme", reason=GapReason.REQUESTED, now=1.0)

        assert 6 == waits.result(timeout=60)


def test_a_connection_under_a_new_name_syncs_once(store: Store) -> None:
    """What the old name had not covered is nobody's otherwise; without events there is no need."""
    store.schedule_store.register({"old": "acme"})
    store.delivery_store.accept([delivery("k", name="old")])
    for _ in range(2):
        store.schedule_store.register({"old": "acme", "new": "acme", "other": "quiet"})
    lines = {line.name: line for line in store.schedule_store.lines()}

    assert {"new": 1, "old": 1, "other": 0} == {name: line.seen for name, line in lines.items()}
    assert 0 == lines["new"].last_at


def test_a_connection_that_is_put_back_or_moved_syncs_once(store: Store) -> None:
    """While the file was without it, or had it at another route, nobody counted for it what came."""
    schedule = store.schedule_store

    def seen_after(**routes: str) -> int:
        schedule.register(routes)
        return next(line.seen for line in schedule.lines() if line.name == "c")

    schedule.register({"c": "acme"})
    store.delivery_store.accept([delivery("k1", name="c")])
    same = seen_after(c="acme")
    taken_out = seen_after(other="acme")
    store.delivery_store.accept([delivery("k2", name="other")])

    assert (1, 1) == (same, taken_out)
    assert (2, 2) == (seen_after(c="acme", other="acme"), seen_after(c="acme"))
    assert (2, 3, 3) == (seen_after(c="quiet"), seen_after(c="acme"), seen_after(c="acme"))


@pytest.mark.parametrize("table", ["deliveries", "heads", "changes", "connections", "totals", "leases"])
def test_a_store_that_could_take_no_delivery_proves_nothing(store: Store, table: str) -> None:
    """Readiness and the alert about the store need each table that a delivery is written to."""
    store.delivery_store.prove()
    with store.database.transaction() as transaction:
        transaction.run(f"DROP TABLE {table}")
    with pytest.raises(StoreError, match=table):
        store.delivery_store.prove()
