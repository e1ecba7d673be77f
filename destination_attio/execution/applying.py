"""Applies a saved plan: exactly that, or nothing from the first row on whose basis has moved.

Before each part of the plan its records are read again; what no longer holds what the plan saw stops the
run, so that nobody's later change is overwritten by a decision made before it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from attio_api.errors import Misconfigured
from destination_attio.config import StreamConfig
from destination_attio.decisions.keys import keys_of, tokens_of
from destination_attio.decisions.merging import is_same
from destination_attio.decisions.planning import Operation, Verb, is_pending, payload_of, update_verb
from destination_attio.plan import Change, Counts, FieldChange, Plan, Report
from destination_attio.targets import PARENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.execution.pushing import Pushing
    from destination_attio.reading.lookups import Lookup
    from destination_attio.session import Session

PART: Final = 500
"""Changes that are checked at once; the shorter, the fresher the check."""


def apply_plan(session: Session, plan: Plan, on_row: Callable[[int, Counts], None]) -> Report:
    """Make the plan's changes in its order."""
    _is_for(session, plan)
    streams = [StreamConfig.model_validate(one) for one in plan.streams]
    names = ", ".join(dict.fromkeys(change.target for change in plan.actions))
    session.begin("push", names)
    applied = _Applied(session, streams, on_row)
    status = "failed"
    try:
        stopped_at = applied.run(plan.actions)
        status = "stopped" if stopped_at else "done"
    finally:
        session.finish(status, applied.counts())
    return applied.report(stopped_at)


def _is_for(session: Session, plan: Plan) -> None:
    identity = session.identity()
    if plan.workspace_id and plan.workspace_id != identity.workspace_id:
        raise Misconfigured(
            f"The plan was made for the workspace '{plan.workspace_name}', "
            f"and the token belongs to '{identity.workspace_name}'.",
            remedy="Use that workspace's token, or make a new plan.",
        )


class _Applied:
    """The streams of a plan while it is applied."""

    def __init__(
        self, session: Session, streams: Sequence[StreamConfig], on_row: Callable[[int, Counts], None]
    ) -> None:
        self._session, self._streams, self._on_row = session, streams, on_row
        self._pushings: dict[tuple[str, str], Pushing] = {}

    def run(self, actions: Sequence[Change]) -> Change | None:
        """Apply the changes; returns the first whose basis has moved."""
        links: list[tuple[Pushing, list[Operation]]] = []
        for (stream, target), group in groupby(actions, key=lambda one: (one.stream, one.target)):
            for part in _parts(list(group)):
                pushing = self._pushing(stream, target, part[0])
                moved = first_moved(pushing, part)
                sound = part if moved is None else part[: part.index(moved)]
                operations = [operation(pushing, change) for change in sound]
                pushing.write_all([one for one in operations if one.payload or one.verb != "update"])
                links.append((pushing, [one for one in operations if one.pending]))
                if moved:
                    _link(links)
                    return moved
        _link(links)
        return None

    def counts(self) -> Counts:
        """What was written."""
        return sum((one.tally.counts for one in self._pushings.values()), start=Counts())

    def report(self, stopped_at: Change | None) -> Report:
        """What applying the plan did."""
        tallies = [one.tally for one in self._pushings.values()]
        rejected = tuple(change for one in tallies for change in one.rejected)
        return Report(
            run_id=self._session.run_id,
            counts=self.counts(),
            rejected=rejected,
            dropped=tuple(change for one in tallies for change in one.dropped),
            rejects_path=self._session.rejects.place if rejected else None,
            stopped_at=stopped_at,
            **self._session.effort(),
        )

    def _pushing(self, stream: str, target: str, change: Change) -> Pushing:
        if (stream, target) not in self._pushings:
            settings = self._settings(stream, target, change)
            binding = self._session.bind(settings)
            self._pushings[stream, target] = self._session.pushing_heard(
                binding, lambda counts: self._on_row(self.counts().rows, counts)
            )
        return self._pushings[stream, target]

    def _settings(self, stream: str, target: str, change: Change) -> StreamConfig:
        """The stream's own settings; for stubs in another object just enough to find them again."""
        for one in self._streams:
            kind_and_slug = self._session.catalog.target(one.kind, one.slug).name
            if kind_and_slug == target:
                return one.model_copy(update={"stream": stream, "match": one.match or tuple(change.key)})
        return StreamConfig(stream=stream, target=target, match=tuple(change.key))


def first_moved(pushing: Pushing, part: Sequence[Change]) -> Change | None:
    """The first change whose record is not what the plan saw."""
    tools = pushing.batches.tools
    if tools.binding.target.is_append_only:
        return None
    known = tools.complete.by_ids([one.record_id for one in part if one.record_id])
    match = tools.binding.match_attributes
    created = [one for one in part if one.kind == "create" and match]
    taken = tools.holdings.look_up([key for one in created for key in keys_of(match, _plain_key(one))])
    for change in part:
        if change.kind == "create":
            if match and any(token in taken for token in tokens_of(match, _plain_key(change))):
                return change
            continue
        current = known.get(change.record_id or "")
        if current is None or not _holds(change.fields, current.values, tools.binding.target.attributes):
            return change
    return None


def _plain_key(change: Change) -> dict[str, Json]:
    return {
        **change.key,
        **{one.attribute: one.after for one in change.fields if one.attribute in change.key},
    }


def _holds(fields: Sequence[FieldChange], values: dict[str, Json], attributes: object) -> bool:
    known: dict[str, Attribute] = attributes  # type: ignore[assignment]  # a target's attributes
    return all(
        one.attribute in known and is_same(known[one.attribute], values.get(one.attribute), one.before)
        for one in fields
        if one.attribute != PARENT
    )


def operation(pushing: Pushing, change: Change) -> Operation:
    """The call that makes a saved change; pointers without an id wait for the second pass."""
    binding = pushing.batches.binding
    attributes = binding.target.attributes
    if change.kind == "delete":
        return Operation(change=change, target_name=change.target, verb="delete")
    pending: dict[str, list[JsonObject | Lookup]] = {
        one.attribute: [] for one in change.fields if is_pending(attributes[one.attribute], one.after)
    }
    ready = [one for one in change.fields if one.attribute not in pending]
    parent = next((one.after for one in ready if one.attribute == PARENT), None)
    asserts = binding.can_assert and change.kind == "create" and binding.mode != "create"
    created: Verb = "upsert" if asserts else "create"
    return Operation(
        change=change,
        target_name=change.target,
        verb=created if change.kind == "create" else update_verb(ready, attributes),
        payload=payload_of(ready, attributes),
        match=binding.match[0] if asserts else None,
        parent=parent if isinstance(parent, dict) else None,
        pending=dict(pending),
    )


def _link(links: Sequence[tuple[Pushing, Sequence[Operation]]]) -> None:
    """Set the pointers at records that the plan itself has made; Attio finds them by their unique values."""
    for pushing, operations in links:
        made = [one for one in operations if one.change.record_id]
        pushing.link_all([_linking(pushing, one) for one in made])


def _linking(pushing: Pushing, made: Operation) -> Operation:
    fields = tuple(one for one in made.change.fields if one.attribute in made.pending)
    attributes = pushing.batches.binding.target.attributes
    return Operation(
        change=replace(made.change, kind="update", fields=fields),
        target_name=made.target_name,
        verb="replace",
        payload=payload_of(fields, attributes),
    )


def _parts(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    return (changes[start : start + PART] for start in range(0, len(changes), PART))
