"""Takes Attio's answers to a stream's writes: counts rows, corrects changes, updates the snapshot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from destination_attio.engine.counts import LISTED
from destination_attio.model.plan import FieldChange
from destination_attio.rows.diff import is_pending
from destination_attio.rows.merge_rules import is_same

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_api.wire import JsonObject
    from destination_attio.engine.counts import StreamResults
    from destination_attio.engine.deferral import Address
    from destination_attio.engine.duplicates import Duplicates
    from destination_attio.engine.outcome import Image, Outcome
    from destination_attio.engine.pending_links import PendingLinks
    from destination_attio.engine.pipeline import BatchPipeline
    from destination_attio.model.change import Kind
    from destination_attio.model.plan import Counts
    from destination_attio.rows.operation import Operation


class Answers:
    """What the answers to one stream's writes change."""

    def __init__(
        self,
        pipeline: BatchPipeline,
        results: StreamResults,
        links: PendingLinks,
        duplicates: Duplicates,
        on_row: Callable[[Counts], None],
    ) -> None:
        """`on_row` receives the counts after each write."""
        self._pipeline, self._results, self._on_row = pipeline, results, on_row
        self._links, self._duplicates = links, duplicates
        self._made: list[Address] = []

    def hear(self, outcome: Outcome) -> None:
        """Take the answer to one write; a write that failed has none."""
        if outcome.error is not None:
            return
        operation = outcome.operation
        self.take_image(operation, outcome.image)
        self._results.kinds[operation.change.kind] += operation.change.is_row
        if outcome.answer is not None:
            self._take_over(operation, outcome.answer)
        else:
            self._pipeline.tools.snapshot.forget(str(operation.change.record_id))
        self.note_made(operation)
        self._on_row(self._results.counts)

    def new_addresses(self) -> list[Address]:
        """The addresses of the records that were made since the last call."""
        made, self._made = self._made, []
        return made

    def take_image(self, operation: Operation, image: Image | None) -> None:
        """Correct the change by its after-image where the write was another one than was decided."""
        if image is None:
            return
        own_id = image.record_id
        operation.change = replace(operation.change, record_id=own_id, name=image.name, web_url=image.web_url)
        if image.reason:
            kind: Kind = "update" if image.kind == "update" else operation.change.kind
            operation.change = replace(operation.change, kind=kind, reason=image.reason)
            self._results.met += [operation.change][: LISTED - len(self._results.met)]

    def note_made(self, operation: Operation) -> None:
        """Note the record's key, the addresses that rows may refer by, and the references it still lacks."""
        self._duplicates.note(operation.change)
        if operation.row:
            self._made += self._pipeline.pointing.gives(operation.row)
            self._links.remember(operation)

    def _take_over(self, operation: Operation, answer: JsonObject) -> None:
        if self._pipeline.binding.target.is_append_only:
            record_id = self._pipeline.additions.remember(answer)
            operation.change = replace(operation.change, record_id=record_id)
            return
        current = self._pipeline.tools.snapshot.remember(answer)
        operation.change = replace(operation.change, record_id=current.record_id)
        self._pipeline.see(current.record_id)
        lost = tuple(
            FieldChange(attribute=one.attribute, before=one.after, after=current.values.get(one.attribute))
            for one in operation.change.fields
            if one.attribute not in operation.pending and not self._is_kept(one, current.values)
        )
        if lost and len(self._results.dropped) < LISTED:
            reason = f"Attio did not keep {', '.join(one.attribute for one in lost)} as asked."
            self._results.dropped.append(replace(operation.change, fields=lost, reason=reason))

    def _is_kept(self, one: FieldChange, answered: Mapping[str, Any]) -> bool:
        attribute = self._pipeline.binding.target.attributes[one.attribute]
        value = answered.get(one.attribute)
        return bool(value) if is_pending(attribute, one.after) else is_same(attribute, value, one.after)
