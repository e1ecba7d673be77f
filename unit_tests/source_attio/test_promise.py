"""The promise: after any history, an incremental sync deduplicated by key is what a full refresh would be.

A random history of creates, edits, cleared values, deletes, merges, bulk imports and schema changes runs on
the emulator, between syncs and in the middle of them; syncs are killed at any message and meet pages that are
cut. The warehouse keeps, per key, the row with the newest `_changed_at`. One machine looks through everything
in each sync, one follows a relay, one reads the streams that cost a request per row.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from attio_api.errors import Unreadable
from attio_emulator.emulator import Emulator
from source_attio.changes import budget
from source_attio.changes.budget import OVERHEAD
from source_attio.changes.memory import Exact
from unit_tests.source_attio.harness import LISTINGS, Bench, Row
from unit_tests.source_attio.relay_in_process import FEED, RelayInProcess
from unit_tests.source_attio.world import GIZMOS, HISTORY, PHASE, STAGE, TIER, World, Write

ROWS = ["companies", "people", "sales_entries", "notes", "tasks", GIZMOS]
STREAMS = [*ROWS, "deleted_records"]
PER_ROW = ["comments", "meetings", HISTORY]
EMULATOR = Emulator(clock_mode="manual")
SPREADS = st.sampled_from([0, 5_000_000])
"""How far, in nanoseconds, the attribute `created_at` lies from the member of that name: apart, as in Attio,
rows have another order; together, an import gives many rows one moment."""
EXAMPLES = int(os.environ.get("ATTIO_PROMISE_EXAMPLES", "300"))
# A history takes half a second or so: the guard against hanging has to grow with their number.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 + 5 * EXAMPLES)]

VALUE = ("value", "active_from", "active_until")
WORDS = ("a", "b", None)
A_WRITE = st.tuples(st.integers(0, 99), st.integers(0, 60), st.sampled_from(WORDS))
A_PURGE = st.tuples(st.just(46), st.integers(0, 60), st.none())
ONE_WORD = [
    {"target": target, "filter": json.dumps({slug: "a"})}
    for target, slug in (("companies", "name"), ("people", "job_title"), ("sales", "mood"))
]
WHOLE: list[Row] = [
    {},
    {"value_format": "raw"},
    {"filters": ONE_WORD},
    {"start_date": "2026-01-01T09:00:00.020Z", "filters": ONE_WORD[1:], "value_format": "raw"},
]
"""Settings with which nothing may be missed."""
TIGHT: list[Row] = [{"state_budget_mb": size} for size in (0.0001, 0.001)]
"""Settings with which the state soon holds no row at all."""
ROOM_FOR_ONE = 0.008
"""A budget that holds the rows of some streams, and not those of all together."""
MEMORY = ("heads", "rows", "odd", "counts")
"""The members of a state that grow with the number of rows."""


class Histories(RuleBasedStateMachine):
    """What all machines have in common: a workspace, a warehouse, and what may happen between them."""

    streams: ClassVar[list[str]] = STREAMS
    more: ClassVar[Row] = {}

    def __init__(self) -> None:
        super().__init__()
        self.around = ExitStack()
        self.gone: frozenset[str] = frozenset()
        """The streams whose objects Attio does not have at present."""

    def open(self, config: Row, rows: int, spread: int) -> None:
        """Begin with some pages of rows."""
        EMULATOR.reset()
        EMULATOR.workspace.birth_spread_ns = spread
        self.bench = Bench(EMULATOR, **config, **self.more)
        self.refreshed = Bench(EMULATOR, refresh=True, adapter=self.bench.adapter, **config, **self.more)
        self.world = World(self.bench)
        for number in range(rows):
            self.world.create(number % 3, "a")

    def deliver(self, **how: int) -> list[Row]:
        """Sync into the warehouse."""
        return self.bench.sync(self.streams, gone=self.gone, **how)

    @rule(writes=st.lists(A_WRITE, min_size=1, max_size=12))
    def write(self, writes: list[Write]) -> None:
        """Somebody works in Attio."""
        for write in writes:
            self.world.write(*write)

    @rule()
    def sync(self) -> None:
        """A sync while nobody writes: the warehouse is what Attio holds."""
        self.deliver()

        assert [] == self.differences()

    @rule(writes=st.lists(A_WRITE | A_PURGE, min_size=8, max_size=24))
    def sync_amid_writes(self, writes: list[Write]) -> None:
        """A sync while somebody writes: what lives all along is there, and as it is unless it was touched."""
        self.world.touched, self.world.reshaped = set(), False
        before = self.alive()
        with self.busy(writes):
            self.deliver()
        after = self.alive()

        assert [] == self.differences(but_for=self.world.touched)
        missed = {name: (before[name] & after[name]) - self.bench.living(name).keys() for name in before}
        assert {} == {name: ids for name, ids in missed.items() if ids}

    @rule(messages=st.integers(0, 90), writes=st.lists(A_WRITE, max_size=8))
    def killed_sync(self, messages: int, writes: list[Write]) -> None:
        """A sync that is killed between two messages, while somebody writes."""
        with self.busy(writes):
            self.deliver(killed_after=messages)

    @rule(messages=st.integers(10, 90), gone=st.lists(st.integers(0, 60), min_size=1, max_size=6))
    def gone_after_a_kill(self, messages: int, gone: list[int]) -> None:
        """Rows vanish between a sync that was killed and the one that goes on from there."""
        self.killed_sync(messages, [])
        for which in gone:
            self.world.delete(which, None)
        self.sync()

    @rule(pages=st.sets(st.integers(0, 14), min_size=1, max_size=3))
    def sync_with_empty_pages(self, pages: set[int]) -> None:
        """A page that comes empty by mistake, once for each address, is not believed.

        An address is asked about several windows at once, so only the first lie is surely no answer to a
        question that was asked again.
        """
        seen: list[str] = []
        lied: set[str] = set()

        def empties(path: str) -> bool:
            listed = path.endswith("/query") or path in LISTINGS
            seen.extend([path] if listed else [])
            lies = listed and len(seen) - 1 in pages and path not in lied
            lied.update([path] if lies else [])
            return lies

        self.bench.adapter.empties = empties
        try:
            self.deliver()
        finally:
            self.bench.adapter.empties = lambda _: False

        assert [] == self.differences()

    @rule(rows=st.integers(0, 8))
    def take_over(self, rows: int) -> None:
        """Another object gets the slug of one that is deleted."""
        self.world.take_over(rows)

    @rule(renamed=st.booleans(), returns=st.booleans(), rows=st.integers(0, 4))
    def object_goes(self, renamed: bool, returns: bool, rows: int) -> None:
        """An object is renamed or deleted: its stream fails alone and marks nothing.

        Then it gets its slug back, or another one has it while the first lives on or is deleted.
        """
        before, name = self.bench.living(GIZMOS), f"renamed_{self.world.made}"
        self.world.made += 1
        if renamed:
            self.world.rename_object(GIZMOS, name)
        else:
            self.world.delete_object(GIZMOS)
        self.gone = frozenset({GIZMOS} & {*self.streams})
        self.sync()

        assert before == self.bench.living(GIZMOS)
        self.gone = frozenset()
        if renamed and returns:
            self.world.rename_object(name, GIZMOS)
        else:
            self.world.take_over(rows)

    @rule(which=st.integers(0, 60), word=st.sampled_from(WORDS))
    def rename_choices(self, which: int, word: str | None) -> None:
        """An admin renames an option and a status that rows in the warehouse have."""
        for number in range(3):
            self.world.set_tier(which + number, word)
            self.world.set_phase(which + number, word)
        self.sync()
        self.world.rename_choice(TIER, which)
        self.world.rename_choice(PHASE, which)

    @rule(page=st.integers(0, 12))
    def sync_with_a_cut_page(self, page: int) -> None:
        """A page that stays cut fails its stream; it never looks like the last one."""
        seen: list[str] = []

        def garble(path: str) -> bool:
            seen.extend([path] if path.endswith("/query") else [])
            return path.endswith("/query") and len(seen) > page

        self.bench.adapter.garble = garble
        try:
            self.deliver()
        except Unreadable:
            return
        finally:
            self.bench.adapter.garble = lambda _: False

        assert [] == self.differences()

    def teardown(self) -> None:
        """Whatever the history was, a quiet sync makes the warehouse right."""
        with self.around:
            self.sync()

    @contextmanager
    def busy(self, writes: list[Write]) -> Iterator[None]:
        """Let somebody write during a sync."""
        self.bench.adapter.after_answer = self.world.busy(writes)
        try:
            yield
        finally:
            self.bench.adapter.after_answer = None

    def alive(self) -> dict[str, set[str]]:
        """The ids that Attio holds now, of streams where an edit cannot put a row in or out."""
        narrowed = {each["target"] for each in self.bench.config.get("filters", ())}
        return {
            name: set(self.world.truth(name))
            for name in self.streams
            if name in ROWS and name.removesuffix("_entries") not in narrowed
        }

    def differences(self, *, but_for: Iterable[str] = (), bench: Bench | None = None) -> list[Any]:
        """Where the warehouse is not what Attio holds, leaving out some ids."""
        bench = bench or self.bench
        found: list[Any] = []
        for stream in (each for each in self.streams if each in ROWS and each not in self.gone):
            # When attributes change during a sync, its rows have the columns they had when it began.
            if not (but_for and self.world.reshaped and stream == "people"):
                left_out = set(but_for) | self.unheard(stream)
                found += unlike(stream, bench.living(stream), self.world.truth(stream), left_out)
        return found + unburied(bench)

    def unheard(self, stream: str) -> set[str]:
        """The ids whose change a stream cannot know of yet."""
        del stream
        return set()


def unlike(stream: str, living: dict[str, Row], truth: dict[str, Row], left_out: set[str]) -> list[Any]:
    """The rows of a table that differ from what Attio holds."""
    found: list[Any] = []
    columns = {name for row in truth.values() for name in row}
    for key in (living.keys() | truth.keys()) - left_out:
        have, want = living.get(key), truth.get(key)
        seen = {name: have[name] for name in columns if name in have} if have else None
        if seen != want:
            found.append((stream, key, seen, want))
    return found


def unburied(bench: Bench) -> list[Any]:
    """The marks of deleted rows that are not in the stream of all marks."""
    told = {(row["stream"], row["id"]) for row in bench.tables.get("deleted_records", {}).values()}
    marked = {
        (name, key)
        for name, table in bench.tables.items()
        for key, row in table.items()
        if row.get("_deleted")
    }
    return sorted(marked - told) if not bench.refresh else []


class Promise(Histories):
    """Every sync looks through everything."""

    @initialize(config=st.sampled_from(WHOLE), spread=SPREADS, writes=st.lists(A_WRITE, max_size=25))
    def begin(self, config: Row, spread: int, writes: list[Write]) -> None:
        """Some pages of rows are there before the first sync."""
        self.open(config, 40, spread)
        for write in writes:
            self.world.write(*write)

    @rule(config=st.sampled_from(WHOLE))
    def flip_settings(self, config: Row) -> None:
        """Somebody changes filters, the start date or the format between two syncs."""
        for bench in (self.bench, self.refreshed):
            for name in {name for each in WHOLE for name in each}:
                bench.config.pop(name, None)
            bench.config.update(config)

    @rule(kills=st.lists(st.integers(0, 90), max_size=3))
    def refresh(self, kills: list[int]) -> None:
        """A full refresh that is killed and taken up again holds what Attio holds."""
        self.refreshed.tables, self.refreshed.states = {}, {}
        for messages in kills:
            self.refreshed.sync(self.streams, killed_after=messages)
        self.refreshed.sync(self.streams)

        assert [] == self.differences(bench=self.refreshed)

    def teardown(self) -> None:
        """After all, one more sync delivers nothing."""
        super().teardown()
        assert [] == self.deliver()


class TightPromise(Promise):
    """The state has no room for all rows: what is given up is what the docs say, and nothing else."""

    @initialize(tight=st.sampled_from([*TIGHT, None]), spread=SPREADS, writes=st.lists(A_WRITE, max_size=25))
    def begin(self, tight: Row | None, spread: int, writes: list[Write]) -> None:  # type: ignore[override]  # other settings
        """Some pages of rows are there, and room in the state for few of them, or for none as a whole."""
        if tight is None:
            # A million rows would do the same.
            self.around.enter_context(mock.patch.object(Exact, "size", return_value=1 << 40))
            self.around.enter_context(mock.patch.object(budget, "packed_size", return_value=1 << 40))
        self.open(tight or {}, 40, spread)
        self.lost: set[tuple[str, str]] = set()
        for write in writes:
            self.world.write(*write)

    def deliver(self, **how: int) -> list[Row]:
        """Sync, and note what was deleted while no memory named it: that stays unknown."""
        coarse = self.coarse()
        self.note_lost(coarse)
        try:
            return super().deliver(**how)
        finally:
            self.note_lost(coarse | self.coarse())

    def coarse(self) -> set[str]:
        """The streams whose states do not name their rows."""
        return {stream for stream in ROWS if self.bench.states.get(stream, {}).get("memory") != "exact"}

    def note_lost(self, streams: set[str]) -> None:
        """Note the rows of some streams that the warehouse has and Attio has not."""
        for stream in streams - self.gone:
            gone = self.bench.living(stream).keys() - self.world.truth(stream).keys()
            self.lost |= {(stream, row_id) for row_id in gone}

    @rule(budget=st.sampled_from([*(each["state_budget_mb"] for each in TIGHT), ROOM_FOR_ONE, 8]))
    def change_budget(self, budget: float) -> None:
        """Somebody raises or lowers the budget; a memory that fits again is rebuilt by the next sync."""
        self.bench.config["state_budget_mb"] = budget
        self.sync()
        states = [self.bench.states[stream] for stream in ROWS]
        held = sum(len(state.get(member, "")) for state in states for member in MEMORY)

        assert held <= max(budget * 1_000_000 - OVERHEAD * len(ROWS), 0)
        ample = budget == 8 and Exact.size(Exact()) < 1 << 39
        assert not ample or {state["memory"] for state in states} == {"exact"}

    @rule(messages=st.integers(0, 90), writes=st.lists(A_WRITE, max_size=8))
    def killed_sync(self, messages: int, writes: list[Write]) -> None:
        """A kill costs the coarser memories the values that were set and cleared again around it."""
        self.bench.sure = False
        with self.busy(writes):
            self.deliver(killed_after=messages)

    @rule(page=st.integers(0, 12))
    def sync_with_a_cut_page(self, page: int) -> None:
        """A stream that fails on its way costs the coarser memories what a kill costs them."""
        self.bench.sure = False
        super().sync_with_a_cut_page(page)

    def differences(self, *, but_for: Iterable[str] = (), bench: Bench | None = None) -> list[Any]:
        """Where more is missing than is given up: a deletion, or cleared values as well."""
        found = super().differences(but_for=but_for, bench=bench)
        return found if bench else [each for each in found if not self.given_up(*each)]

    def given_up(self, stream: str, row_id: str, seen: Row | None, want: Row | None) -> bool:
        """Whether the memory that a stream is left with cannot know better."""
        memory = self.bench.states[stream]["memory"]
        if seen is None and want is not None:
            return False
        if want is None or seen is None:
            return (stream, row_id) in self.lost
        if memory == "exact":
            return False
        # Edits are never given up: they set a newer value.
        return (memory == "watermark" or not self.bench.sure) and seen["updated_at"] >= want["updated_at"]

    def teardown(self) -> None:
        """What is delivered once more does no harm."""
        Histories.teardown(self)


class FollowedPromise(Histories):
    """With a change feed, which is sometimes down, deaf, pruned, or another one than before."""

    more: ClassVar[Row] = {"change_feed": FEED}

    @initialize(config=st.sampled_from(WHOLE), spread=SPREADS)
    def begin(self, config: Row, spread: int) -> None:
        """A first sync begins to follow."""
        self.open(config, 14, spread)
        folder = Path(self.around.enter_context(tempfile.TemporaryDirectory()))
        self.relay = RelayInProcess(EMULATOR, folder)
        self.around.callback(self.relay.close)
        self.bench.adapter.relay = self.relay.answer
        self.deliver()

    @rule(minutes=st.sampled_from([1, 10, 60 * 30]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        EMULATOR.clock.advance(60 * minutes)

    @rule(writes=st.lists(A_WRITE, min_size=3, max_size=8), states=st.integers(1, 12))
    def killed_long_after(self, writes: list[Write], states: int) -> None:
        """A sync that would go on beyond changes that have settled is killed at a state of some stream."""
        self.write(writes)
        self.wait(10)
        self.deliver(killed_at_state=states)
        self.sync()

    @rule(trouble=st.sampled_from(["deaf", "deaf", "down", "none"]))
    def trouble(self, trouble: str) -> None:
        """The relay hears nothing, or does not answer, or is well again."""
        self.relay.deaf, self.relay.down = trouble == "deaf", trouble == "down"

    @rule()
    def another_store(self) -> None:
        """The relay comes back with another store."""
        self.relay.begin_anew()

    @rule()
    def prune(self) -> None:
        """The relay forgets what it has kept for long."""
        self.relay.prune()

    def unheard(self, stream: str) -> set[str]:
        """What changed because another record went has no event: it waits for the next whole pass."""
        scanned_at = self.bench.states.get(stream, {}).get("scanned_at", "")
        return {row_id for row_id, at in self.world.silent.items() if at >= scanned_at}


class PerRowPromise(Histories):
    """Comments, meetings and the history of values, which cost a request per row or know no filter."""

    streams: ClassVar[list[str]] = ["companies", *PER_ROW, "deleted_records"]
    more: ClassVar[Row] = {
        "include_comments": True,
        "history_attributes": ["people.nick", "people.tier", "deals.stage"],
    }

    @initialize(spread=SPREADS, writes=st.lists(A_WRITE, max_size=12))
    def begin(self, spread: int, writes: list[Write]) -> None:
        """Some comments and meetings are there."""
        self.open({}, 14, spread)
        for number in range(8):
            self.world.add_comment(number, "a")
            self.world.add_meeting(number, "a")
            self.world.add_deal(number)
        for write in writes:
            self.world.write(*write)

    @rule(
        writes=st.lists(
            st.tuples(st.sampled_from([94, 96, 97, 98, 99, 20]), st.integers(0, 60), st.sampled_from(WORDS)),
            min_size=4,
        )
    )
    def talk(self, writes: list[Write]) -> None:
        """Somebody comments and meets."""
        self.write(writes)

    @rule(which=st.integers(0, 60), word=st.sampled_from(WORDS), renamed=st.booleans())
    def retitle(self, which: int, word: str | None, renamed: bool) -> None:
        """People get options and deals get stages, and an admin renames one of each."""
        for number in range(3):
            self.world.set_tier(which + number, word)
            self.world.set_stage(which + number, which // 2 + number)
        if renamed:
            self.world.rename_choice(TIER, which)
            self.world.rename_choice(STAGE, which)

    @rule(which=st.integers(0, 60))
    def retitle_the_past(self, which: int) -> None:
        """An admin renames an option and a stage that a record had before the present one."""
        for choice in (which, which + 1):
            self.world.set_tier(which, "a", option=choice)
            self.world.set_stage(which, choice)
        self.sync()
        self.world.rename_choice(TIER, which)
        self.world.rename_choice(STAGE, which)
        self.sync()

    @rule()
    def move_a_meeting_amid_a_sync(self) -> None:
        """Between two pages, a meeting that the warehouse knows moves past the reader: it lives on."""
        self.sync()
        moved = iter([True])

        def move(path: str) -> None:
            if path == "/v2/meetings" and next(moved, False):
                self.world.move_meeting()

        self.bench.adapter.after_answer = move
        try:
            self.deliver()
        finally:
            self.bench.adapter.after_answer = None

        assert self.world.truth("meetings").keys() == self.bench.living("meetings").keys()

    def differences(self, *, but_for: Iterable[str] = (), bench: Bench | None = None) -> list[Any]:
        """Where comments, meetings or histories are not what Attio holds."""
        found = super().differences(but_for=but_for, bench=bench)
        for stream in ("comments", "meetings"):
            living, truth = self.bench.living(stream), self.world.truth(stream)
            found += unlike(stream, living, truth, set(but_for))
        return found + self.history_missed(set(but_for))

    def history_missed(self, left_out: set[str]) -> list[Any]:
        """Values that a record had, and the warehouse does not tell of."""
        told = {
            (
                row["record_id"],
                row["attribute"],
                row.get("value"),
                row["active_from"],
                row.get("active_until"),
            )
            for row in self.bench.living(HISTORY).values()
        }
        held = {
            each
            for watched in self.more["history_attributes"]
            for each in self.world.history(*watched.split("."))
        }
        # The history of a record that is gone stays as it was.
        living = {*self.world.records("people"), *self.world.records("deals")}
        told = {each for each in told if each[0] in living}
        return sorted((each for each in held ^ told if each[0] not in left_out), key=str)


def case(machine: type[Histories], examples: int) -> type[Any]:
    """A machine as a test, which prints how to get a failure again."""
    found: type[Any] = machine.TestCase
    found.settings = settings(
        max_examples=max(examples, 1),
        stateful_step_count=8,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    return found


TestPromise = case(Promise, EXAMPLES)
TestTightPromise = case(TightPromise, EXAMPLES // 6)
TestFollowedPromise = case(FollowedPromise, EXAMPLES // 4)
TestPerRowPromise = case(PerRowPromise, EXAMPLES // 10)
