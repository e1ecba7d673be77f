"""The machine that reads the streams that cost a request per row, or know no filter."""

from collections.abc import Iterable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from unit_tests.source_attio.admin import STAGE, TIER
from unit_tests.source_attio.harness import Bench, Row
from unit_tests.source_attio.histories import A_WRITE, SPREADS, WORDS, Histories, unlike
from unit_tests.source_attio.world import HISTORY, Write

PER_ROW = ["comments", "meetings", HISTORY]


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
        # The first answer is that which proves the end.
        moved = iter([False, True])

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
