"""Finds out whether a creation whose answer was lost has happened, and who made the record that is found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attio_api.errors import OutcomeUnknown
from destination_attio.engine.batch import distinct
from destination_attio.engine.ownership import made_by
from destination_attio.rows.keys import keys_of
from destination_attio.rows.merge_rules import is_same

if TYPE_CHECKING:
    from destination_attio.engine.after_images import AfterImages
    from destination_attio.engine.pipeline import BatchPipeline
    from destination_attio.engine.writer import Image, Outcome, Writer
    from destination_attio.model.current import Current
    from destination_attio.model.plan import Change
    from destination_attio.rows.desired import Desired


class LostAnswers:
    """Looks up the creations of one stream."""

    def __init__(self, pipeline: BatchPipeline, writer: Writer, images: AfterImages) -> None:
        """`writer` journals the creations that are found."""
        self._pipeline, self._writer, self._images = pipeline, writer, images

    def settled(self, outcome: Outcome) -> Outcome | None:
        """The outcome with the found record's image, journaled; None when no record was found."""
        row = outcome.operation.row
        if row is None or not isinstance(outcome.error, OutcomeUnknown) or not row.binding.can_be_found:
            return None
        settled = replace(outcome, image=self._image(outcome, row))
        self._writer.found(settled)
        return settled if settled.image else None

    def _image(self, outcome: Outcome, row: Desired) -> Image | None:
        change = outcome.operation.change
        current = self._current(row)
        answer = self._pipeline.tools.gateway.one(current.record_id) if current else None
        if current is None or answer is None:
            return None
        is_told = made_by(answer, self._images.own) == "ours"
        if not is_told and not self._is_as_sent(row, current, change):
            return None
        sent = [one.attribute for one in change.fields if one.attribute not in row.pointers]
        return self._images.of_found(change, answer, sent, self._images.own)

    def _current(self, row: Desired) -> Current | None:
        """The only record under the row's key, or the only note or task with the same content."""
        pipeline = self._pipeline
        if pipeline.binding.target.is_append_only:
            pipeline.additions.reread()
            own_id = next(iter(pipeline.additions.find([row]).values()), None)
            raw = pipeline.tools.gateway.one(own_id) if own_id else None
            return pipeline.tools.gateway.read(raw, ()) if raw else None
        keys = keys_of(pipeline.binding.match_attributes, row.values)
        found = distinct(pipeline.tools.snapshot.look_up(keys).values()) if keys else []
        return found[0] if len(found) == 1 else None

    def _is_as_sent(self, row: Desired, current: Current, change: Change) -> bool:
        target = self._pipeline.binding.target
        return target.is_append_only or all(
            is_same(target.attributes[one.attribute], current.values.get(one.attribute), one.after)
            for one in change.fields
            if one.attribute not in row.pointers
        )
