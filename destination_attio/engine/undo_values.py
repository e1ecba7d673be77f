"""Finds values that a revert cannot write any more, as their attribute, option or status is gone.

Attio refuses a whole write for one of them, so they are left out and listed, and the others are put back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from destination_attio.engine.undo import WITHOUT, Undo, held, left_alone, replacing
from destination_attio.workspace.options import TITLED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.wire import Json
    from destination_attio.model.change import Change, FieldChange
    from destination_attio.model.targets import Target
    from destination_attio.workspace.options import Options

NO_TITLE: Final = "{titles} of '{slug}' is archived or gone, or has another title."


def deletion_to_undo(change: Change, target: Target, options: Options) -> tuple[Change, list[Change]]:
    """A deletion without the values that its record cannot get back, and what to list of these."""
    if change.kind != "delete":
        return change, []
    lost = {one.attribute: _lost(one.attribute, one.before, target, options) for one in change.fields}
    listed = [
        left_alone(change, [one], f"The record was made again without a value. {why}")
        for one in change.fields
        if (why := lost[one.attribute]) is not None
    ]
    kept = (one if lost[one.attribute] is None else _rest(one, target, options) for one in change.fields)
    return replace(change, fields=tuple(one for one in kept if one.before not in (None, []))), listed


def update_to_undo(undone: Undo, target: Target, options: Options) -> tuple[Undo, list[Change]]:
    """The decision without values that cannot be put back, and what to list of these."""
    write = undone.operation
    if write is None or write.verb != "replace":
        return undone, []
    fields = write.change.fields
    lost = {one.attribute: _lost(one.attribute, one.after, target, options) for one in fields}
    kept = [one for one in fields if lost[one.attribute] is None]
    listed = [
        held(replace(write.change, fields=(one,)), why)
        for one in fields
        if (why := lost[one.attribute]) is not None
    ]
    if not listed:
        return undone, []
    return replace(
        undone, operation=replacing(write.change, kept, target.attributes) if kept else None
    ), listed


def _rest(one: FieldChange, target: Target, options: Options) -> FieldChange:
    """The field with those of its titles that are still there; without a value where there are none."""
    attribute = target.attributes.get(one.attribute)
    if attribute is None or attribute.is_archived or not isinstance(one.before, list):
        return replace(one, before=None)
    lost = options.lacking(attribute, [str(title) for title in one.before])
    return replace(one, before=[title for title in one.before if title not in lost])


def _lost(slug: str, value: Json, target: Target, options: Options) -> str | None:
    """Why an attribute cannot get this value any more; None where it can."""
    attribute = target.attributes.get(slug)
    if attribute is None or attribute.is_archived:
        return WITHOUT.format(slug=slug)
    titles: Sequence[Json] = value if isinstance(value, list) else [value]
    if attribute.type not in TITLED:
        return None
    lost = options.lacking(attribute, [str(one) for one in titles if one is not None])
    return NO_TITLE.format(titles=" and ".join(f"'{one}'" for one in lost), slug=slug) if lost else None
