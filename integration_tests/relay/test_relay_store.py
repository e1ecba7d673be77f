"""The store keeps the same promises on SQLite and on Postgres."""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from attio_relay.store.changes import GapReason, Question
from attio_relay.store.database import Database, StoreError
from attio_relay.store.deliveries import Delivery
from attio_relay.store.lines import State
from attio_relay.store.postgres import PostgresDatabase
from attio_relay.store.runs import Outcome
from attio_relay.store.schedule import LEASE, LeaseLostError
from attio_relay.store.schema import STEPS, NewerStoreError, migrate
from attio_relay.store.sealing import SealError
from attio_relay.store.secrets import Install
from attio_relay.store.sqlite import SqliteDatabase
from attio_relay.store.store import Store
from attio_relay.store.webhooks import Webhook
from integration_tests.relay.conftest import Clock
from integration_tests.relay.stores import delivery, event, store_on


def asked(after: int | None = 0, limit: int = 100, **more: object) -> Question:
    return Question(route="acme", after=after, limit=limit, **more)  # type: ignore[arg-type] # the test's own choice


def fill(store: Store, count: int) -> None:
    store.delivery_store.accept(
        [delivery(f"k{n}", event(f"object-{n % 2}"), at=float(n)) for n in range(1, count + 1)]
    )


def webhook(name: str, *, created_at: float = 1.0) -> Webhook:
    return Webhook(
        webhook_id=name,
        route="acme",
        workspace_id="w",
        secret=f"secret of {name}",
        target_url="https://relay.example.com/hooks/acme",
        subscriptions="[]",
        status="active",
        created_at=created_at,
        checked_at=1.0,
        not_after=None,
    )


def test_a_message_is_kept_once_within_and_between_groups(store: Store) -> None:
    """Repeats are found in the same commit and in a later one; changes and schedule count them once."""
    store.schedule_store.register(["c"])

    assert [True, False] == store.delivery_store.accept([delivery("a"), delivery("a")])
    assert [False, True] == store.delivery_store.accept([delivery("a"), delivery("b")])
    assert 2 == store.feed.head("acme") == store.schedule_store.lines()[0].seen


def test_writers_side_by_side_leave_no_hole(store: Store) -> None:
    """Several writers on one store: every message once, positions without gaps or doubles."""
    store.schedule_store.register(["c"])
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


def test_a_lease_keeps_others_out_until_it_ends(store: Store, clock: Clock) -> None:
    """One replica at a time; the one whose lease was taken over can write no more."""
    store.schedule_store.register(["c"])
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
    store.schedule_store.register(["c"])
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
    store.secret_store.keep_webhook(webhook("two", created_at=2.0), replaces_until=50.0)
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


def test_a_dead_letter_comes_alive_once(store: Store) -> None:
    """Read again, its events count, and a second time changes nothing."""
    store.schedule_store.register(["c"])
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


def test_a_maintenance_task_is_done_by_one_replica_at_a_time(store: Store, clock: Clock) -> None:
    """The turn is taken for a while, and free again after it."""
    turns = []
    for owner, clock.now in (("a", 0.0), ("b", 5.0), ("b", 10.0)):
        turns.append(store.schedule_store.take_turn("watch", owner=owner, seconds=10))

    assert [True, False, True] == turns


def test_steps_are_taken_once_and_in_order(database: Database) -> None:
    """A store of an older version is brought up to date without touching what is in it."""
    store = store_on(database)
    fill(store, 2)
    taken = migrate(database, epoch="e1", steps=(*STEPS, "CREATE TABLE later (name TEXT)"))

    assert 1 == taken
    assert 2 == store.feed.read(asked(epoch="e0")).head
    with pytest.raises(NewerStoreError):
        migrate(database, epoch="e1")


def test_a_store_of_the_first_version_is_counted_once(database: Database) -> None:
    """What an older relay stored is in the totals of the newer one, and its connections go on."""
    migrate(database, epoch="e", steps=STEPS[:1])
    with database.transaction() as transaction:
        for key, problem in (("a", None), ("b", "unreadable")):
            transaction.run(
                "INSERT INTO deliveries (webhook_id, idempotency_key, route, received_at, events, problem)"
                " VALUES ('h', :key, 'acme', 1, 0, :problem)",
                {"key": key, "problem": problem},
            )
        transaction.run("INSERT INTO connections (name, seen) VALUES ('c', 3)")
        transaction.run(
            "INSERT INTO runs (run_id, connection, changes, intent_at, ended_at, outcome)"
            " VALUES ('r', 'c', 1, 1, 2, 'failed')"
        )
    store = store_on(database)

    assert {"deliveries": 2, "dead": 1} == store.delivery_store.counts()
    assert {("c", "failed"): 1} == store.run_store.run_counts()
    assert 3 == store.schedule_store.lines()[0].seen


def test_a_sync_that_an_older_relay_was_asked_for_is_still_due(database: Database) -> None:
    """Since when it waits was not kept; now it is when it was asked for."""
    migrate(database, epoch="e", steps=STEPS[:4])
    with database.transaction() as transaction:
        transaction.run("INSERT INTO connections (name, seen, first_at, last_at) VALUES ('c', 1, 0, 900)")
    (line,) = store_on(database).schedule_store.lines()

    assert (900.0, 0.0) == (line.first_at, line.last_at)


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


def test_no_statement_is_prepared_under_a_name(postgres_schema: Callable[[], str]) -> None:
    """A pooler in transaction mode hands the next transaction to another server process."""
    store = store_on(PostgresDatabase(postgres_schema()))
    for number in range(20):
        store.delivery_store.accept([delivery(f"k{number}")])
    with store.database.reading() as transaction:
        prepared = transaction.rows("SELECT name FROM pg_prepared_statements")
    store.database.close()

    assert [] == prepared


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_eight_relays_make_the_tables_together(
    kind: str, tmp_path: Path, postgres_schema: Callable[[], str]
) -> None:
    """They start at the same moment on an empty database; one makes the tables, the others find them."""
    url = postgres_schema()

    def begin(_: int) -> int:
        database = SqliteDatabase(tmp_path / "r.db") if kind == "sqlite" else PostgresDatabase(url)
        try:
            return migrate(database, epoch="e")
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(begin, range(8)))

    assert [0] * 7 + [len(STEPS)] == sorted(taken)


class Silent:
    """A server that takes connections to a Postgres and, when told, falls silent on those that there are."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.silent = threading.Event()
        self.fell = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        self.fell = len(self.sockets)

    def _accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.upstream)
            number = len(self.sockets)
            self.sockets += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(one, other, number), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket, number: int) -> None:
        while data := one.recv(65536):
            if number >= self.fell:
                other.sendall(data)


def test_a_server_that_falls_silent_is_given_up(
    postgres: str, postgres_schema: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failover without a word the statement ends at its deadline, and the next connection works."""
    monkeypatch.setattr("attio_relay.store.postgres.HERE", 0.3)
    host = parse_qs(urlsplit(postgres).query)["host"][0]
    between = Silent(f"{host}/.s.PGSQL.5432")
    options = parse_qs(urlsplit(postgres_schema()).query)["options"][0]
    port = between.listener.getsockname()[1]
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres?options={quote(options)}"
    store = store_on(PostgresDatabase(url))
    store.delivery_store.accept([delivery("before")])
    between.fall_silent()
    with pytest.raises(StoreError, match="no answer"):
        store.delivery_store.accept([delivery("during")])
    stored = store.delivery_store.accept([delivery("after")])
    store.database.close()

    assert [True] == stored


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """It holds sealed secrets and ids; also one that others could read before."""
    loose = tmp_path / "old.db"
    loose.touch(0o644)
    for path in (loose, tmp_path / "new.db"):
        database = SqliteDatabase(path)
        with database.transaction() as transaction:
            transaction.run("CREATE TABLE t (a TEXT)")
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.glob(f"{path.name}*")}
        database.close()

        assert {0o600} == set(modes.values())


def test_a_lost_database_is_trouble_and_then_found_again(postgres_schema: Callable[[], str]) -> None:
    """A broken connection is named as such, without the address, and made anew at the next use."""
    url = postgres_schema()
    store = store_on(PostgresDatabase(url))
    with pytest.raises(StoreError) as raised, store.database.transaction() as transaction:
        transaction.run("SELECT pg_terminate_backend(pg_backend_pid())")

    assert url not in str(raised.value)
    assert [True] == store.delivery_store.accept([delivery("a")])
    store.database.close()


def test_a_connection_that_was_cut_while_idle_is_no_trouble(postgres_schema: Callable[[], str]) -> None:
    """A pooler or a firewall ends it; the next transaction finds a new one, and nothing is tried twice."""
    url = postgres_schema()
    store = store_on(PostgresDatabase(url))
    with store.database.transaction() as transaction:
        ((pid,),) = (row.values() for row in transaction.rows("SELECT pg_backend_pid() AS pid"))
    other = PostgresDatabase(url)
    with other.transaction() as transaction:
        transaction.run("SELECT pg_terminate_backend(:pid)", {"pid": pid})
    other.close()

    assert [True] == store.delivery_store.accept([delivery("a")])
    store.database.close()


def test_a_server_that_became_a_standby_is_left(postgres_schema: Callable[[], str]) -> None:
    """After a failover its old connections take no writes: they are trouble, and replaced at the next use."""
    database = PostgresDatabase(postgres_schema())
    store = store_on(database)
    with database.transaction() as transaction:
        transaction.run("SET default_transaction_read_only = on")
    with pytest.raises(StoreError, match="takes no writes"):
        store.delivery_store.accept([delivery("during")])
    stored = store.delivery_store.accept([delivery("after")])
    database.close()

    assert [True] == stored


def test_a_relay_that_is_alone_takes_over_the_maintenance_tasks_at_its_start(store: Store) -> None:
    """Its file may have changed: what the one before did a moment ago is done again."""
    held = store.schedule_store.take_turn("watch", owner="one", seconds=900.0)
    waits = store.schedule_store.take_turn("watch", owner="two", seconds=900.0)
    store.schedule_store.release_all()

    assert (True, False) == (held, waits)
    assert store.schedule_store.take_turn("watch", owner="two", seconds=900.0)
