"""The machines whose syncs look through everything, with enough room in the state and with too little."""

from collections.abc import Iterable
from typing import Any
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from source_attio.changes import budget
from source_attio.changes.budget import OVERHEAD
from source_attio.changes.memory import Exact
from unit_tests.source_attio.harness import Bench, Row
from unit_tests.source_attio.histories import A_WRITE, ROWS, SPREADS, WHOLE, Histories
from unit_tests.source_attio.world import Write

TIGHT: list[Row] = [{"state_budget_mb": size} for size in (0.0001, 0.001)]
"""Settings with which the state soon holds no row at all."""
ROOM_FOR_ONE = 0.008
"""A budget that holds the rows of some streams, and not those of all together."""
MEMORY = ("heads", "rows", "odd", "counts")
"""The members of a state that grow with the number of rows."""


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
