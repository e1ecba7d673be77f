"""Applies a saved plan up to the first change whose record or attribute has changed since.

Before each part of the plan its records are read again. Where one no longer holds the values that the plan
saw, the run stops, so that no later change of somebody else is overwritten.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from attio_api.errors import Rejected
from destination_attio.config import StreamConfig
from destination_attio.engine.counts import LISTED, check_sum
from destination_attio.engine.moved_since import NEW_PLAN, first_moved, row_behind
from destination_attio.engine.renamed import Renamed, pointing
from destination_attio.model.plan import Change, Counts, Plan, PlanError, Report, listing
from destination_attio.rows import refused_runs
from destination_attio.rows.operation import operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from destination_attio.engine.counts import Refused
    from destination_attio.engine.push import StreamPush
    from destination_attio.engine.run_context import RunContext
    from destination_attio.rows.desired import Desired
    from destination_attio.rows.operation import Operation

PART: Final = 500
"""Changes that are checked at once; a shorter part is written sooner after its check."""


def apply_plan(context: RunContext, plan: Plan, on_row: Callable[[int, Counts], None]) -> Report:
    """Apply the plan's changes in their order."""
    _is_for(context, plan)
    streams = _streams(plan)
    applied = _Applied(context, streams, on_row, plan)
    targets = ", ".join(dict.fromkeys(context.catalog.target(one.kind, one.slug).name for one in streams))
    with context.running("push", targets, applied.counts) as ending:
        applied.refuse(listing(plan.changes, "rejected"))
        stopped_at = applied.run(plan.actions)
        if stopped_at:
            ending.status = "stopped"
        else:
            check_sum(plan.counts.rows, applied.counts())
    return applied.report(stopped_at)


def _streams(plan: Plan) -> list[StreamConfig]:
    """The settings of the plan's streams; raises PlanError, which names the setting and not its value."""
    try:
        return [StreamConfig.model_validate(one) for one in plan.streams]
    except ValidationError as error:
        where = ".".join(str(one) for one in error.errors()[0]["loc"])
        raise PlanError(f"The plan is damaged: the setting '{where}' of a stream is not valid.") from error


def _is_for(context: RunContext, plan: Plan) -> None:
    """Raise where the plan cannot be applied here: it belongs to another workspace, or undoes a run."""
    if plan.reverts:
        raise PlanError(
            f"This is the plan of a revert, which looks again at what others have added: "
            f"make it with 'attio-sync revert {plan.reverts}'."
        )
    identity = context.identity()
    if plan.workspace_id and plan.workspace_id != identity.workspace_id:
        raise refused_runs.OTHER_WORKSPACE(
            what="The plan was made for", was=plan.workspace_name, workspace=identity.workspace_name
        )


class _Applied:
    """Applies one plan, stream by stream."""

    def __init__(
        self,
        context: RunContext,
        streams: Sequence[StreamConfig],
        on_row: Callable[[int, Counts], None],
        plan: Plan,
    ) -> None:
        self._context, self._streams, self._on_row = context, streams, on_row
        self._stream_pushes: dict[tuple[str, ...], StreamPush] = {}
        self._superseded = listing(plan.changes, "superseded")
        self._count_superseded = len(self._superseded)
        self._unchanged = plan.counts.unchanged
        self._attributes = plan.attributes
        self._renamed: dict[str, None] = {}

    def refuse(self, refused: Iterable[Change]) -> None:
        """Count and store the rows that were rejected when the plan was made."""
        for part in _parts(refused):
            stream_push = self._stream_push(part[0])
            stream_push.write_all([], [(replace(one, row=None), one.row or {}) for one in part])

    def run(self, actions: Iterable[Change]) -> Change | None:
        """Apply the changes; returns the first one that cannot be made any more, or None."""
        moved = None
        for planned_part in _parts(one for one in actions if not one.is_option):
            part, moved = self._today(planned_part)
            if part:
                moved = self._make(self._stream_push(part[0]), part) or moved
            if moved:
                break
        self._context.deferred_resolver(list(self._stream_pushes.values())).resolve()
        return moved

    def _today(self, part: Sequence[Change]) -> tuple[list[Change], Change | None]:
        """The changes under the present slugs up to the first whose attribute is gone, and that one."""
        renamed = self._names(part[0].target)
        found: list[Change] = []
        for one in part:
            if missing := renamed.missing(one):
                return found, replace(one, fields=(), reason=missing, remedy=NEW_PLAN)
            self._renamed |= dict.fromkeys(renamed.told([one]))
            found.append(replace(renamed.change(one)[0], key=renamed.key(one)))
        return found, None

    def _names(self, target: str) -> Renamed:
        then: Any = self._attributes.get(target) or {}
        return Renamed(then, self._context.catalog.by_name(target).attributes)

    def _make(self, stream_push: StreamPush, part: Sequence[Change]) -> Change | None:
        """Make the changes up to the first whose record has changed since; returns that one, or None."""
        found = first_moved(stream_push, part)
        sound = part if found is None else part[: part.index(found[0])]
        asked = [one for one in sound if not one.is_mirrored]
        self._write(stream_push, asked)
        absent = [one for one in sound if one.is_mirrored]
        stream_push.mirror([planned(stream_push, one, row_behind(stream_push, one)) for one in absent])
        return found[1] if found else None

    def _write(self, stream_push: StreamPush, changes: Sequence[Change]) -> None:
        options = stream_push.pipeline.tools.options
        operations: list[Operation] = []
        refused: Refused = []
        for change in changes:
            row = row_behind(stream_push, change)
            try:
                options.check(row)
                operations.append(planned(stream_push, change, row))
            except Rejected as error:
                if not change.is_stub:  # the rows that point at it are rejected
                    refused.append((row.refused(error), row.row))
        stream_push.write_all(operations, refused)

    def counts(self) -> Counts:
        """Counts of the rows so far, including all that the plan found unchanged or superseded."""
        written = sum((one.results.counts for one in self._stream_pushes.values()), start=Counts())
        return replace(
            written,
            unchanged=self._unchanged + written.unchanged,
            superseded=self._count_superseded,
        )

    def report(self, stopped_at: Change | None) -> Report:
        """The report of the applied plan."""
        results = [one.results for one in self._stream_pushes.values()]
        rejected = tuple(change for one in results for change in one.rejected)
        return Report(
            run_id=self._context.run_id,
            counts=self.counts(),
            rejected=rejected,
            superseded=tuple(self._superseded[:LISTED]),
            dropped=tuple(change for one in results for change in one.dropped),
            remaining=tuple(change for one in results for change in one.remaining),
            met=tuple(change for one in results for change in one.met),
            duplicates=tuple(change for one in results for change in one.duplicates),
            rejects_path=self._context.rejects.place if rejected else None,
            renamed=tuple(self._renamed),
            stopped_at=stopped_at,
            **self._context.effort(),
        )

    def _stream_push(self, change: Change) -> StreamPush:
        place = _place(change)
        if place not in self._stream_pushes:
            settings = self._settings(change.stream, change.target, change)
            binding = self._context.bind(settings)
            self._stream_pushes[place] = self._context.stream_push_counted_by(
                binding, lambda counts: self._on_row(self.counts().rows, counts)
            )
        return self._stream_pushes[place]

    def _settings(self, stream: str, target: str, change: Change) -> StreamConfig:
        """The stream's settings; for stubs only the match that finds them again."""
        for one in () if change.is_stub else self._streams:
            kind_and_slug = self._context.catalog.target(one.kind, one.slug).name
            if kind_and_slug == target:
                attributes = self._context.catalog.by_name(target).attributes
                told = pointing(self._names(target).settings(one), attributes, self._names)
                return told.model_copy(update={"stream": stream, "match": told.match or tuple(change.key)})
        return StreamConfig(stream=stream, target=target, match=tuple(change.key))


def _parts(changes: Iterable[Change]) -> Iterator[Sequence[Change]]:
    """The changes in parts of one stream and one target each, and stubs of one attribute."""
    for _, group in groupby(changes, key=_place):
        while part := list(islice(group, PART)):
            yield part


def _place(change: Change) -> tuple[str, ...]:
    """What changes have in common that are made together."""
    return (change.stream, change.target, *(change.key if change.is_stub else ()))


def planned(stream_push: StreamPush, change: Change, row: Desired) -> Operation:
    """The write that makes a saved change."""
    binding = stream_push.pipeline.binding
    saved = replace(change, row=None)
    return operation(saved, binding.target.attributes, row=row, match=binding.asserts_by)
