"""Histories: what may happen to a workspace between syncs and in the middle of them, as a state machine.

Each step ends with the warehouse held against what Attio holds. `scanning_promise`, `followed_promise` and
`per_row_promise` are machines of their own, with other streams, settings and steps.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from attio_api.errors import Unreadable
from attio_emulator.emulator import Emulator
from unit_tests.source_attio.admin import GIZMOS, PHASE, TIER
from unit_tests.source_attio.harness import LISTINGS, Bench, Row
from unit_tests.source_attio.world import World, Write

ROWS = ["companies", "people", "sales_entries", "notes", "tasks", GIZMOS]
STREAMS = [*ROWS, "deleted_records"]
EMULATOR = Emulator(clock_mode="manual")
SPREADS = st.sampled_from([0, 5_000_000])
"""How far, in nanoseconds, the attribute `created_at` lies from the member of that name: apart, as in Attio,
rows have another order; together, an import gives many rows one moment."""
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
