"""Decides writes again right before they are made, by what Attio holds at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.errors import Rejected
from destination_attio.engine.batch import distinct
from destination_attio.rows.keys import keys_of, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from destination_attio.engine.counts import Refused
    from destination_attio.engine.pipeline import BatchPipeline
    from destination_attio.model.current import Current
    from destination_attio.rows.operation import Operation


def refreshed(pipeline: BatchPipeline, operations: Sequence[Operation]) -> tuple[list[Operation], Refused]:
    """Changes and creations decided again, and the rows to reject; deletions get the present values."""
    ids = [str(one.change.record_id) for one in operations if one.change.kind == "update"]
    now = pipeline.tools.snapshot.by_ids(ids) if ids else {}
    made = _made_by_others(pipeline, operations)
    again: list[Operation] = []
    refused: Refused = []
    for one in operations:
        known = now.get(str(one.change.record_id))
        found = [known] if known and one.change.kind == "update" else made.get(id(one), [])
        if one.row is None or not found:
            again.append(one)  # Attio's answer says when a record is gone
            continue
        try:
            fresh = pipeline.decide_again(one.row, found)
        except Rejected as error:
            refused.append((one.row.refused(error), one.row.row))
            continue
        again += [fresh] if fresh else []
    pipeline.complete_deletions(again)
    return again, refused


def _made_by_others(pipeline: BatchPipeline, operations: Sequence[Operation]) -> dict[int, list[Current]]:
    """Records that others made meanwhile under the keys of creations, by the operation's `id()`."""
    match = pipeline.binding.match_attributes
    creations = [one for one in operations if one.change.kind == "create" and one.row and match]
    keys = {id(one): keys_of(match, one.row.values) for one in creations if one.row}
    found = pipeline.tools.snapshot.look_up([key for each in keys.values() for key in each])
    tokens = {id(one): tokens_of(match, one.row.values) for one in creations if one.row}
    return {number: distinct(found.get(token, []) for token in each) for number, each in tokens.items()}
