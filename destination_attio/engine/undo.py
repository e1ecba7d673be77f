"""Decides how to undo one change, by what Attio holds now: a write, nothing, or a reason not to; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from destination_attio.engine.ownership import ADDED
from destination_attio.model.plan import UNCLEAR, Change, FieldChange
from destination_attio.rows.merge_rules import can_be_cleared, is_same
from destination_attio.rows.operation import operation
from destination_attio.rows.sameness import COMPARED, sameness

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.engine.recreate import RecreatedRecords
    from destination_attio.model.current import Current
    from destination_attio.model.targets import Target
    from destination_attio.rows.operation import Operation

CHANGED: Final = "Somebody has changed the value since."
SAME_SINCE: Final = "Somebody has written the same value as the run, so it stays."
NOT_CLEARABLE: Final = "Attio cannot clear it."
WITHOUT: Final = "The attribute '{slug}' is gone or archived."
ADDED_TO: Final = "Somebody has changed the record since, so it was not deleted."
GONE: Final = "The record is gone."
WITHOUT_POINTERS: Final = "An earlier revert has made the record again, without what it pointed at."
NOT_KNOWN: Final = "Its answer was lost, and it is not known yet whether it was written."
UNKNOWN: Final = "Somebody wrote here right before the run did; Attio does not tell what it held then."


@dataclass(frozen=True, kw_only=True, slots=True)
class Undo:
    """The decision about one change of the run: `operation`, `left` (not undone) or `is_done`."""

    operation: Operation | None = None
    left: Change | None = None
    is_done: bool = False
    """Whether no write is needed, since Attio already holds what it held before the run."""


def undo(
    change: Change,
    beside: Mapping[str, Json],
    current: Current | None,
    target: Target,
    renewed: RecreatedRecords,
    theirs: Collection[str] = (),
) -> Undo:
    """Decide about one change; `beside` are values that its record got at creation besides those sent.

    `theirs` are attributes whose present value somebody else wrote, though it may be equal to the run's.
    """
    if change.kind == "delete":
        return _made_again(change, current, target, renewed)
    if current is not None and (why := _kept_whole(change)):
        return Undo(left=left_alone(change, (), why))
    if current is None:
        if change.kind == "create":
            return Undo(is_done=True)
        return Undo(left=without_target(change, GONE))
    if change.kind == "create":
        return _unmade(change, beside, current, target)
    return _put_back(change, current, target.attributes, renewed, theirs)


def without_target(change: Change, reason: str) -> Change:
    """The change that is left alone since nothing is there: each field as the run wrote it."""
    gone = [replace(one, before=one.after, after=None) for one in change.fields]
    return left_alone(change, gone, reason)


def left_alone(change: Change, fields: Sequence[FieldChange], reason: str) -> Change:
    """The change that is left alone: each field as the run wrote it, and as Attio holds it now."""
    return replace(change, kind="rejected", stream="revert", fields=tuple(fields), reason=reason)


def held(change: Change, reason: str) -> Change:
    """The change that could not be put back, since Attio refused its write."""
    return left_alone(change, [replace(one, after=one.before) for one in change.fields], reason)


def replacing(
    change: Change, fields: Sequence[FieldChange], attributes: Mapping[str, Attribute]
) -> Operation:
    """The write that sets exactly these values."""
    back = replace(change, kind="update", stream="revert", fields=tuple(fields))
    return operation(back, attributes, exactly=True)


def _kept_whole(change: Change) -> str | None:
    """Why nothing of a record is undone: nobody knows whose it is, or what of it the run wrote."""
    if change.is_unclear:
        return UNCLEAR
    return ADDED if change.reason == ADDED and not change.fields else None


def values_put_back(undone: Undo) -> dict[str, JsonObject]:
    """The values that a decision puts back, by its record; none where it makes or deletes a record."""
    one = undone.operation
    if one is None or one.verb != "replace":
        return {}
    return {str(one.change.record_id): one.change.after}


def by_people(raw: JsonObject) -> JsonObject:
    """The record without values from Attio's own enrichment, which no person wrote."""
    member = "values" if "values" in raw else "entry_values"
    values: Any = raw[member]
    kept: Any = {slug: [one for one in found if not _is_by_system(one)] for slug, found in values.items()}
    return {**raw, member: kept}


def _made_again(change: Change, current: Current | None, target: Target, renewed: RecreatedRecords) -> Undo:
    """Make a deleted record again; `current` is the one that an earlier revert has made in its place."""
    if current is None:
        if renewed.is_unclear(change):
            return Undo(left=left_alone(change, (), NOT_KNOWN))
        return Undo(operation=renewed.made_again(change, target.attributes))
    missing = [one for one in change.fields if renewed.is_missing(one, current)]
    return Undo(left=left_alone(change, missing, WITHOUT_POINTERS)) if missing else Undo(is_done=True)


def _unmade(change: Change, beside: Mapping[str, Json], current: Current, target: Target) -> Undo:
    """Delete a record that the run made, unless somebody has changed it since."""
    written = {**beside, **change.after}
    moved = [
        FieldChange(attribute=slug, before=written.get(slug), after=value)
        for slug, value in current.values.items()
        if slug in target.attributes
        and slug != target.id_attribute
        and not is_same(target.attributes[slug], value, written.get(slug))
    ]
    if target.is_append_only and sameness(target, current.values) == sameness(target, written):
        moved = [one for one in moved if one.attribute not in COMPARED]
    if moved:
        return Undo(left=left_alone(change, moved, ADDED_TO))
    fields = tuple(
        FieldChange(attribute=slug, before=value, after=None)
        for slug, value in current.values.items()
        if slug != target.id_attribute
    )
    gone = replace(change, kind="delete", stream="revert", fields=fields, reason=None)
    return Undo(operation=operation(gone, target.attributes))


def _put_back(
    change: Change,
    current: Current,
    attributes: Mapping[str, Attribute],
    renewed: RecreatedRecords,
    theirs: Collection[str],
) -> Undo:
    back, stuck = _sorted_out(change, current, attributes, theirs)
    why = dict.fromkeys(_why(one, attributes.get(one.attribute), theirs) for one in stuck)
    left = left_alone(change, stuck, " ".join(why)) if stuck else None
    ready = renewed.ready(change, back) if back else ()
    write = replacing(change, ready, attributes) if ready else None
    return Undo(operation=write, left=left, is_done=not back and not stuck)


def _sorted_out(
    change: Change, current: Current, attributes: Mapping[str, Attribute], theirs: Collection[str]
) -> tuple[list[FieldChange], list[FieldChange]]:
    """The fields that can be put back, and those that cannot; fields that are back already are in neither."""
    back: list[FieldChange] = []
    stuck: list[FieldChange] = []
    for one in change.fields:
        attribute, value = attributes.get(one.attribute), current.values.get(one.attribute)
        if attribute is not None and one.is_known and is_same(attribute, value, one.before):
            continue
        undone = FieldChange(attribute=one.attribute, before=value, after=one.before)
        is_ours = attribute is not None and one.is_known and is_same(attribute, value, one.after)
        if attribute and is_ours and one.attribute not in theirs and _can_go_back(attribute, undone):
            back.append(undone)
        else:
            stuck.append(replace(one, before=one.after, after=value))
    return back, stuck


def _why(stuck: FieldChange, attribute: Attribute | None, theirs: Collection[str]) -> str:
    """Why a value is not put back; `stuck` has what the run wrote, and what Attio holds now."""
    if attribute is None or attribute.is_archived:
        return WITHOUT.format(slug=stuck.attribute)
    if not stuck.is_known:
        return UNKNOWN
    if not is_same(attribute, stuck.before, stuck.after):
        return CHANGED
    return SAME_SINCE if stuck.attribute in theirs else NOT_CLEARABLE


def _can_go_back(attribute: Attribute, one: FieldChange) -> bool:
    return one.after not in (None, []) or can_be_cleared(attribute)


def _is_by_system(value: Mapping[str, Any]) -> bool:
    actor = value.get("created_by_actor")
    return isinstance(actor, dict) and actor.get("type") == "system"
