"""Finds the first change of a saved plan that cannot be made any more, since its record changed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from destination_attio.engine.batch import deletion_fields
from destination_attio.model.change import after_of
from destination_attio.model.plan import Change, FieldChange
from destination_attio.model.targets import PARENT
from destination_attio.rows.desired import Desired
from destination_attio.rows.diff import is_pending
from destination_attio.rows.fields import BoundField
from destination_attio.rows.keys import keys_of, tokens_of
from destination_attio.rows.merge_rules import is_same
from destination_attio.rows.sameness import sameness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json
    from destination_attio.engine.batch import Tools
    from destination_attio.engine.push import StreamPush
    from destination_attio.model.current import Current

MADE_SINCE: Final = "A record with this key exists by now."
ADDED_SINCE: Final = "The very same note or task exists by now."
GONE_SINCE: Final = "The record is gone."
MOVED: Final = "Somebody has changed the record since the plan was made."
NEW_PLAN: Final = "Nothing from here on was written. Make a new plan."
Moved = tuple[Change, Change]
"""A change as planned, and with the values that have changed since."""


def first_moved(stream_push: StreamPush, part: Sequence[Change]) -> Moved | None:
    """The first change whose record has changed since the plan, as planned and with its changed values."""
    tools = stream_push.pipeline.tools
    if tools.binding.target.is_append_only:
        return _first_added(stream_push, part)
    known = tools.complete.by_ids([one.record_id for one in part if one.record_id])
    match = tools.binding.match_attributes
    created = [one for one in part if one.kind == "create" and match]
    taken = tools.snapshot.look_up([key for one in created for key in keys_of(match, _plain_key(one))])
    for change in part:
        if change.kind == "create":
            if match and any(token in taken for token in tokens_of(match, _plain_key(change))):
                return change, replace(change, fields=(), reason=MADE_SINCE, remedy=NEW_PLAN)
            continue
        current = known.get(change.record_id or "")
        if current is None:
            return change, replace(change, fields=(), reason=GONE_SINCE, remedy=NEW_PLAN)
        fields = _planned_fields(change, current, tools)
        moved = (
            *_moved_key(change, current, match),
            *_moved(fields, current.values, tools.binding.target.attributes),
        )
        if moved:
            return change, replace(change, fields=moved, reason=MOVED, remedy=NEW_PLAN)
    return None


def _first_added(stream_push: StreamPush, part: Sequence[Change]) -> Moved | None:
    """The first note or task of the plan that is there already, as when the plan was applied before."""
    rows = [row_behind(stream_push, one) for one in part]
    there = stream_push.pipeline.additions.find(rows)
    target = stream_push.pipeline.binding.target
    for change, row in zip(part, rows, strict=True):
        if sameness(target, row.values) in there:
            return change, replace(change, fields=(), reason=ADDED_SINCE, remedy=NEW_PLAN)
    return None


def _moved_key(change: Change, current: Current, match: Sequence[Attribute]) -> tuple[FieldChange, ...]:
    """The key where the record has another one by now, so that the row is about another record."""
    if any(one.slug not in current.values for one in match):
        return ()
    planned = tokens_of(match, change.key)
    if not planned or not {*planned}.isdisjoint(tokens_of(match, current.values)):
        return ()
    return tuple(
        FieldChange(attribute=slug, before=before, after=current.values.get(slug))
        for slug, before in change.key.items()
    )


def _planned_fields(change: Change, current: Current, tools: Tools) -> Sequence[FieldChange]:
    """The values that the plan relied on: for a deletion also that nothing else was there."""
    if change.kind != "delete":
        return change.fields
    known = {one.attribute for one in change.fields}
    others = (one for one in deletion_fields(current, tools.binding) if one.attribute not in known)
    return (*change.fields, *(replace(one, before=None) for one in others))


def _plain_key(change: Change) -> dict[str, Json]:
    return {**change.key, **after_of(one for one in change.fields if one.attribute in change.key)}


def _moved(
    fields: Sequence[FieldChange], values: Mapping[str, Json], attributes: Mapping[str, Attribute]
) -> tuple[FieldChange, ...]:
    """The values that have changed since: each as the plan saw it and as Attio holds it now."""
    return tuple(
        FieldChange(attribute=one.attribute, before=one.before, after=values.get(one.attribute))
        for one in fields
        if one.attribute != PARENT
        and not (
            one.attribute in attributes
            and is_same(attributes[one.attribute], values.get(one.attribute), one.before)
        )
    )


def row_behind(stream_push: StreamPush, change: Change) -> Desired:
    """The row of a saved change, from what the plan keeps; references without an id are linked later."""
    binding = stream_push.pipeline.binding
    attributes = binding.target.attributes
    fields = change.fields if change.kind != "delete" else ()
    return Desired(
        binding=binding,
        row_number=change.row_number or 0,
        row=change.row or {},
        values={**change.key, **after_of(fields)},
        fields={one.attribute: BoundField(attribute=attributes[one.attribute]) for one in fields},
        pointers={one.attribute: [] for one in fields if is_pending(attributes[one.attribute], one.after)},
        key=change.key,
    )
