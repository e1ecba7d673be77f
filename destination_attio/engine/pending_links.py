"""Links rows that point at each other in a circle: their records are made first and linked afterwards.

The pending references are kept on disk until then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from destination_attio.engine.batch import Batch
from destination_attio.model.plan import Change, FieldChange
from destination_attio.rows import rejections
from destination_attio.rows.desired import desire
from destination_attio.rows.merge_rules import merged
from destination_attio.rows.operation import operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from destination_attio.engine.counts import Refused
    from destination_attio.engine.pipeline import BatchPipeline
    from destination_attio.rows.desired import Desired
    from destination_attio.rows.operation import Operation

_AT_ONCE: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Links:
    """Second writes, rows whose references were not found, and the first changes, by row number."""

    operations: list[Operation]
    lost: Refused
    first: dict[int, Change]


class PendingLinks:
    """The pending references of one stream's rows."""

    def __init__(self, pipeline: BatchPipeline) -> None:
        self._pipeline, self._aside = pipeline, pipeline.tools.waiting.aside
        self._place = f"links:{pipeline.lane}"

    def remember(self, operation: Operation) -> None:
        """Keep the references of a record that was written without them."""
        row = operation.row
        if row is None or not operation.pending:
            return
        fields = tuple(one for one in operation.change.fields if one.attribute in operation.pending)
        change = replace(operation.change, fields=fields).to_json()
        self._aside.spool(self._place, [(row.row_number, (row.row, change))])

    def parts(self) -> Iterator[Links]:
        """The second writes, a part at a time."""
        while part := self._aside.unspool(self._place, _AT_ONCE):
            first = {number: Change.from_json(change) for number, (_, change) in part}
            rows = [desire(self._pipeline.binding, row, number) for number, (row, _) in part]
            refused = self._pipeline.pointing.resolve(rows)
            left = Batch(rows=[row for row in rows if row.row_number not in refused])
            settled = self._pipeline.pointing.settle(left)
            refused |= {number: rejections.NOT_LINKED(error.attribute) for number, error in settled.items()}
            for row in left.rows:
                slugs = [one.attribute for one in first[row.row_number].fields]
                lacking = next((slug for slug in slugs if slug in row.pointers), None)
                if lacking:
                    refused.setdefault(row.row_number, rejections.NOT_LINKED(lacking))
            links = [self._link(first[row.row_number], row) for row in rows if row.row_number not in refused]
            lost = [row for row in rows if row.row_number in refused]
            yield Links(
                operations=[one for one in links if one.change.fields],
                lost=[(row.refused(refused[row.row_number]), row.row) for row in lost],
                first=first,
            )

    def _link(self, first: Change, row: Desired) -> Operation:
        fields = tuple(one for one in (_linked(each, row) for each in first.fields) if one)
        attributes = self._pipeline.binding.target.attributes
        second = operation(replace(first, kind="update", fields=fields), attributes, row=row)
        return replace(second, pending={})  # what a second write leaves pending is not tried again


def _linked(one: FieldChange, row: Desired) -> FieldChange | None:
    """The attribute's change now that the records have ids; None when Attio holds that value already."""
    bound = row.fields.get(one.attribute)
    if bound is None:
        return None  # the reference was not found, and the policy is to skip it
    after = merged(bound.merge, bound.attribute, one.before, row.values.get(one.attribute))
    return replace(one, after=after) if after is not one.before else None
