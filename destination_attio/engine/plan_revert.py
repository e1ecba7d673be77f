"""Plans the revert of a run: decides as the revert does, and keeps the changes in place of making them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from destination_attio.engine.revert import Undoing
from destination_attio.engine.undo_selection import Selection, run_to_undo
from destination_attio.model.current import Current
from destination_attio.model.plan import Plan
from destination_attio.storage.stored_changes import StoredChanges

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.engine.push import StreamPush
    from destination_attio.engine.revert import OnRow
    from destination_attio.engine.run_context import RunContext
    from destination_attio.model.plan import Change
    from destination_attio.rows.operation import Operation
    from destination_attio.storage.journal import Journal, Run


def plan_revert(context: RunContext, run_id: str, only: Collection[str], on_row: OnRow) -> Plan:
    """The plan of a revert; writes nothing to Attio, but first journals what dead runs have written."""
    journal, run = run_to_undo(context, run_id)
    selection = Selection.of(only, journal, run, context.catalog)
    context.settle_dead_runs()
    planned = _Planned(context, journal, run, on_row)
    with context.stop.listening():
        planned.run(map(selection.narrowed, journal.backwards(run.run_id, selection.look)))
    identity = context.identity()
    return Plan(
        changes=planned.changes.add(planned.left),
        unchanged=planned.unchanged,
        workspace_id=identity.workspace_id,
        workspace_name=identity.workspace_name,
        made_at=context.timestamp(),
        reverts=run.run_id,
    )


class _Planned(Undoing):
    """Plans a revert: collects the changes instead of making them, and treats them as done."""

    def __init__(self, context: RunContext, journal: Journal, run: Run, on_row: OnRow) -> None:
        super().__init__(context, journal, run, on_row)
        self.changes = StoredChanges()
        self._values: dict[str, JsonObject | None] = {}
        """Values that records would hold after the changes so far; None for records that would be deleted."""
        self._made: dict[str, Current] = {}
        """The records that would be made again, under the ids that they had."""

    def _take(self, stream_push: StreamPush, operations: Sequence[Operation]) -> None:
        for one in operations:
            record_id = str(one.change.record_id)
            values = one.change.after
            if one.verb == "delete":
                self._values[record_id] = None
                self._gone.add(record_id)
            elif one.verb == "replace":
                self._values[record_id] = {**(self._values.get(record_id) or {}), **values}
            elif one.change.renews:
                self._made[one.change.renews] = Current(record_id=one.change.renews, values=values)
            stream_push.results.kinds[one.change.kind] += 1
        self._renewed.suppose()
        self.changes.add(one.change for one in operations)
        self._on_row(self.counts().rows, self.counts())

    def _by_now(self, record_id: str) -> JsonObject | None:
        return self._values.get(record_id, {})

    def _take_choices(self, target: str, operations: Sequence[Operation]) -> None:  # noqa: ARG002 (as it is written)
        self.changes.add(one.change for one in operations)

    def _late(self) -> Iterator[Change]:
        """References that the revert would set last, once the new ids of the records are known."""
        for change, _ in self._renewed.late():
            if change.fields:
                yield change

    def _now(self, stream_push: StreamPush, ids: Sequence[str]) -> dict[str, Current]:
        there = [one for one in ids if self._values.get(one, {}) is not None]
        made = {one: self._made[one] for one in there if one in self._made}
        found = super()._now(stream_push, [one for one in there if one not in made]) | made
        return {
            one: replace(current, values={**current.values, **(self._values.get(one) or {})})
            for one, current in found.items()
        }
