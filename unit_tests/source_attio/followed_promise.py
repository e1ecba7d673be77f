"""The machine whose syncs follow a relay's change feed."""

import tempfile
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from unit_tests.source_attio.harness import Row
from unit_tests.source_attio.histories import A_WRITE, EMULATOR, SPREADS, WHOLE, Histories
from unit_tests.source_attio.relay_in_process import FEED, RelayInProcess
from unit_tests.source_attio.world import Write


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
