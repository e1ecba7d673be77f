"""Pushes one stream into Attio: each batch is decided, written, checked and counted.

This module also handles records that vanished and unique values that somebody else took meanwhile.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from attio_api.errors import Gone, Rejected, UniquenessConflict, ValueNotFound
from destination_attio.engine.answers import Answers
from destination_attio.engine.counts import LISTED, Refused, StreamResults, refusal_of, rejection, row_of
from destination_attio.engine.duplicates import Duplicates
from destination_attio.engine.pending_links import PendingLinks
from destination_attio.engine.refresh import refreshed
from destination_attio.engine.titles import make_titles
from destination_attio.rows import refused_runs
from destination_attio.rows.stubs import stub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from destination_attio.engine.after_images import AfterImages
    from destination_attio.engine.batch import Batch, Numbered
    from destination_attio.engine.deferral import Address
    from destination_attio.engine.outcome import Outcome
    from destination_attio.engine.pipeline import BatchPipeline
    from destination_attio.engine.writer import Writer
    from destination_attio.model.plan import Counts
    from destination_attio.rows.desired import Desired
    from destination_attio.rows.operation import Operation
    from destination_attio.storage.rejects import Rejects
    from destination_attio.workspace.catalog import Catalog
    from destination_attio.workspace.gateways import Gateway

FRESH_FOR: Final = 500
"""Writes (about twenty seconds of them) after which records are read again before they are changed."""
_WORTH_A_SECOND_LOOK = (Gone, UniquenessConflict)


@dataclass(frozen=True, kw_only=True)
class Means:
    """The parts of a run that a push of a stream uses."""

    catalog: Catalog
    writer: Writer
    images: AfterImages
    rejects: Rejects


class StreamPush:
    """Writes the batches of one stream."""

    def __init__(self, pipeline: BatchPipeline, means: Means, on_row: Callable[[Counts], None]) -> None:
        """`on_row` receives the counts after each write."""
        self.pipeline, self._means, self._on_row = pipeline, means, on_row
        self.results = StreamResults()
        self._links = PendingLinks(pipeline)
        self._duplicates = Duplicates(pipeline.tools, str(pipeline.lane))
        self._answers = Answers(pipeline, self.results, self._links, self._duplicates, on_row)

    def push(self, rows: Sequence[Numbered], *, is_full: bool = False, most_woken: int | None = None) -> None:
        """Write the rows and woken ones; each is then in Attio, rejected, or waiting."""
        batch = self.pipeline.mapped(rows, most_woken)
        if batch.stubs:
            self._make_stubs(batch)
        self.pipeline.decided(batch, is_full=is_full)
        self.results.kinds["unchanged"] += batch.unchanged
        self.results.supersede(batch.superseded)
        self.results.skip(batch.skipped)
        self._reject(batch.refused)
        self._write(batch.operations)
        self.pipeline.tools.waiting.wake(self._answers.new_addresses())
        self._on_row(self.results.counts)

    def given(self) -> Iterable[tuple[str, int]]:
        """Empty: the rows that were decided can be found in Attio."""
        return ()

    def link(self) -> None:
        """Set the references that were left out when their records were written."""
        for links in self._links.parts():
            counted = Counter(self.results.kinds)
            failed = self._once(links.operations)
            self.results.kinds = counted  # each row was counted at its first write
            refused = [*links.lost, *((refusal_of(one), row_of(one)) for one in failed)]
            self.results.kinds.subtract(links.first[change.row_number or 0].kind for change, _ in refused)
            self._reject(refused)

    def end(self) -> None:
        """Look for duplicates of the keys that were made, after the last write."""
        room = max(LISTED - len(self.results.duplicates), 0)
        self.results.duplicates += list(self._duplicates.find())[:room]

    def write_apart(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Make and count writes that no row of this stream asked for; returns those that failed."""
        self._cover(operations)
        return self._means.writer.write(self.pipeline.tools.gateway, operations, self._answers.hear)

    def mirror(self, operations: Sequence[Operation]) -> None:
        """Delete or mark the records that no row mentions; one that is gone already counts as done."""
        failed = self.write_apart(operations)
        self.results.kinds["mirrored"] += len(operations) - len(failed)
        self.results.remaining += [refusal_of(one) for one in failed if not isinstance(one.error, Gone)]

    def write_all(self, operations: Sequence[Operation], refused: Refused) -> None:
        """Make the writes of a plan; rows that the plan or Attio rejects are counted and stored."""
        self._cover(operations)
        failed = self._once(self._with_titles(operations))
        rows = (one for one in failed if one.operation.change.is_row)  # what points at a stub is rejected
        self._reject([*refused, *((refusal_of(one), row_of(one)) for one in rows)])

    def _cover(self, operations: Sequence[Operation]) -> None:
        """Read the attributes of the operations from answers as well, to compare them with what was sent."""
        attributes = self.pipeline.binding.target.attributes
        slugs = {field.attribute for one in operations for field in one.change.fields}
        self.pipeline.tools.snapshot.cover(attributes[slug] for slug in slugs if slug in attributes)

    # --- the batch's own writes ----------------------------------------------------------------------

    def _write(self, operations: Sequence[Operation]) -> None:
        failed: list[Outcome] = []
        operations = self._with_titles(operations)
        for start in range(0, len(operations), FRESH_FOR):
            part = operations[start : start + FRESH_FOR]
            if start or self.pipeline.tools.snapshot.is_stale:
                part = self._refreshed(part)
            failed += self._once(part, renew=self._renewed)
        again = [one for one in failed if isinstance(one.error, _WORTH_A_SECOND_LOOK)]
        self._reject([(refusal_of(one), row_of(one)) for one in failed if one not in again])
        if again:
            self._second_look(again)

    def _with_titles(self, operations: Sequence[Operation]) -> Sequence[Operation]:
        """Make missing options and statuses; returns the writes that have theirs and rejects the others."""
        options = self.pipeline.tools.options
        make_titles(options, operations, self._means.catalog, self._means.writer)
        failed = options.unavailable(operations)
        self._reject([(rejection(one, error), one.row.row if one.row else {}) for one, error in failed])
        lost = {id(one) for one, _ in failed}
        return [one for one in operations if id(one) not in lost]

    def _refreshed(self, operations: Sequence[Operation]) -> list[Operation]:
        """The same writes, decided again by what Attio holds at this moment."""
        again, gone = refreshed(self.pipeline, operations)
        self.results.kinds["unchanged"] += len(operations) - len(again) - len(gone)
        self._reject(gone)
        return again

    def _once(
        self,
        operations: Sequence[Operation],
        *,
        is_again: bool = False,
        renew: Callable[[Outcome], Operation | None] = lambda one: one.operation,
    ) -> list[Outcome]:
        """Make the writes except those that only set references later; returns those that failed."""
        self._only_point([one for one in operations if one.only_points])
        now = [one for one in operations if not one.only_points]
        failed = self._means.writer.write(
            self.pipeline.tools.gateway, now, self._answers.hear, is_again=is_again, renew=renew
        )
        self._stop_at_lost_attribute(failed)
        return failed

    def _only_point(self, operations: Sequence[Operation]) -> None:
        """Count the writes that are made in the end, when all records are there that they point at."""
        for one in operations:
            self.results.kinds[one.change.kind] += 1
            self._answers.note_made(one)

    def _reject(self, refused: Refused) -> None:
        self._means.rejects.keep(refused)
        self.results.kinds["rejected"] += len(refused)
        self.results.refused_rows += [change.row_number or 0 for change, _ in refused]
        room = max(LISTED - len(self.results.rejected), 0)
        self.results.rejected += [change for change, _ in refused[:room]]

    def _stop_at_lost_attribute(self, failed: Sequence[Outcome]) -> None:
        """Stop the run where an attribute was archived meanwhile, since that concerns every row."""
        if not any(isinstance(one.error, ValueNotFound) for one in failed):
            return
        target = self._means.catalog.forget(self.pipeline.binding.target)
        used = {one.attribute.slug for one in self.pipeline.binding.fields}
        used |= {slug for one in failed if one.operation.row for slug in one.operation.row.fields}
        for slug in sorted(used):
            if slug not in target.attributes or target.attributes[slug].is_archived:
                self._reject([(refusal_of(one), row_of(one)) for one in failed])
                raise refused_runs.ATTRIBUTE_LOST(slug, target=target.name)

    # --- when an answer is not what was expected -------------------------------------------------------

    def _second_look(self, failed: Sequence[Outcome]) -> None:
        """Decide and write rows again whose records changed between reading and writing."""
        anew: list[Operation] = []
        refused: Refused = []
        for outcome in failed:
            row = outcome.operation.row
            if row is None:
                refused.append((refusal_of(outcome), {}))
                continue
            if outcome.operation.change.record_id:
                self.pipeline.tools.snapshot.forget(outcome.operation.change.record_id)
            try:
                operation = self._decide_again(outcome, row)
            except Rejected as error:
                refused.append((rejection(outcome.operation, error), row.row))
                continue
            if operation is None:
                self.results.kinds["unchanged"] += 1
            else:
                anew.append(operation)
        failed = self._once(anew, is_again=True, renew=self._renewed)
        self._reject([*refused, *((refusal_of(one), row_of(one)) for one in failed)])

    def _renewed(self, outcome: Outcome) -> Operation | None:
        """What is sent of a write that was not made, by what Attio holds now; raises Rejected."""
        row = outcome.operation.row
        operation = self.pipeline.look_again(row) if row else outcome.operation
        if operation is None:
            self.results.kinds["unchanged"] += 1
        elif operation.only_points:
            self._only_point([operation])
            return None
        return operation

    def _decide_again(self, outcome: Outcome, row: Desired) -> Operation | None:
        """The write that the row needs now, or None; raises the first refusal where nothing has changed."""
        operation = self.pipeline.look_again(row)
        is_same_again = operation is not None and operation.verb == outcome.operation.verb
        if isinstance(outcome.error, UniquenessConflict) and is_same_again:
            raise outcome.error
        return operation

    def _make_stubs(self, batch: Batch) -> None:
        catalog = self._means.catalog
        for address in batch.stubs:
            target = catalog.object(address[0])
            operation, gateway = stub(target, address, self.pipeline.binding.stream), catalog.gateway(target)
            self._means.writer.write(gateway, [operation], partial(self._hear_stub, address, gateway))
        self.pipeline.point_again(batch)

    def _hear_stub(self, address: Address, gateway: Gateway, outcome: Outcome) -> None:
        if outcome.answer is not None:
            made = replace(outcome.operation.change, record_id=gateway.read(outcome.answer, ()).record_id)
            self.pipeline.tools.references.learn(address, str(made.record_id))
            self._duplicates.note(made)
