"""A dry run: a push without its writes, which shows what the push would do, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from destination_attio.engine.batch import told
from destination_attio.model.plan import Change, Counts, Plan
from destination_attio.rows.keys import token_of
from destination_attio.rows.stubs import stub
from destination_attio.storage.stored_changes import StoredChanges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from destination_attio.engine.batch import Numbered
    from destination_attio.engine.pipeline import BatchPipeline
    from destination_attio.model.skipped import Skipped
    from destination_attio.workspace.catalog import Catalog


class DryRun:
    """Takes one stream's batches as a push would, and writes nothing."""

    def __init__(self, pipeline: BatchPipeline, catalog: Catalog) -> None:
        """Nothing will be written, so no record that a row waits for will be made."""
        self.pipeline, self._catalog = pipeline, catalog
        self._stubs: dict[tuple[str, str, str], Change] = {}
        self.changes = StoredChanges()
        self.unchanged = 0
        self.skipped: list[Skipped] = []

    def push(self, rows: Sequence[Numbered], *, is_full: bool = False) -> None:
        """Decide one batch, and keep its changes for the plan."""
        batch = self.pipeline.mapped(rows)
        for address in batch.stubs:
            if address not in self._stubs:
                target = self._catalog.object(address[0])
                self._stubs[address] = stub(target, address, self.pipeline.binding.stream).change
                self.changes.add([self._stubs[address]])
        self.pipeline.decided(batch, is_full=is_full)
        for one in self.pipeline.tools.options.to_make(batch.operations):
            self.pipeline.tools.options.learn(one.change)
            self.changes.add([one.change])
        self.unchanged += batch.unchanged
        self.skipped += batch.skipped
        self.changes.add(told(batch, self.pipeline.binding))

    def given(self) -> Iterator[tuple[str, int]]:
        """The addresses of the records that the planned writes would make."""
        if not self.pipeline.pointing.is_pointed_at:
            return
        for change in self.changes.of(("create", "update")):
            for address in self.pipeline.pointing.addresses(change.after):
                yield token_of(address), change.row_number or 0

    def link(self) -> None:
        """Does nothing: a dry run makes no records that could be linked."""

    def end(self) -> None:
        """Does nothing: a dry run makes no duplicates."""

    @property
    def targets(self) -> list[str]:
        """What the plan depends on: the stream's own target, those of stubs, and those that rows point at."""
        binding = self.pipeline.binding
        stubs = (one.target for one in self._stubs.values())
        fields = (one for one in binding.fields if one.reference)
        pointed_at = (slug for one in fields for slug in one.attribute.allowed_object_ids or ())
        return list(dict.fromkeys((binding.target.name, *stubs, *pointed_at)))

    @property
    def counts(self) -> Counts:
        """The counts of the rows so far."""
        return Plan(changes=self.changes, unchanged=self.unchanged).counts
