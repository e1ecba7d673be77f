"""Compares one row with what Attio holds: the write that it needs, or the reason for none; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from destination_attio.model.plan import Change, FieldChange
from destination_attio.model.targets import PARENT
from destination_attio.rows import rejections
from destination_attio.rows.fields import completed
from destination_attio.rows.lookups import Lookup
from destination_attio.rows.merge_rules import merged
from destination_attio.rows.operation import operation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json
    from destination_attio.model.current import Current
    from destination_attio.rows.binding import Binding
    from destination_attio.rows.desired import Desired
    from destination_attio.rows.fields import BoundField
    from destination_attio.rows.operation import Operation


def decide(row: Desired, found: Sequence[Current]) -> Operation | None:
    """The write that the row needs; None when it changes nothing. Raises Rejected."""
    if len(found) > 1:
        raise rejections.AMBIGUOUS_ROW(count=len(found), target=row.binding.target.name)
    current = found[0] if found else None
    if row.delete:
        return _deletion(row, current) if current else None
    return _update(row, current) if current else creation(row)


def creation(row: Desired) -> Operation:
    """The write that creates the row's record. Raises Rejected."""
    _may_create(row, row.binding)
    changes = field_changes(row, {})
    _has_required(row, changes)
    change = _change(row, "create", fields=changes, parent_record_id=_parent_id(row.values.get(PARENT)))
    return operation(change, _attributes(row), row=row, match=row.binding.asserts_by)


def field_changes(row: Desired, current: Mapping[str, Json]) -> tuple[FieldChange, ...]:
    """The row's changes by attribute; a reference without an id is shown by the value the row refers by."""
    changes = []
    for slug, bound in row.fields.items():
        before = current.get(slug)
        if slug in row.pointers:
            changes += _pointing(bound, row, before)
            continue
        wanted = completed(bound, row.row, before, row.values.get(slug))
        after = merged(bound.merge, bound.attribute, before, wanted)
        if after is not before:
            changes.append(FieldChange(attribute=slug, before=before, after=after))
    return tuple(changes)


def is_pending(attribute: Attribute, after: Json) -> bool:
    """Whether a saved value refers to records that had no id when it was saved."""
    if attribute.type != "record-reference":
        return False
    many = after if isinstance(after, list) else [after]
    return any(isinstance(one, dict) and "record_id" not in one for one in many)


def _change(row: Desired, kind: Literal["create", "update", "delete"], **more: object) -> Change:
    return Change(
        kind=kind,
        stream=row.binding.stream,
        target=row.binding.target.name,
        key=row.key,
        row_number=row.row_number,
        **more,  # type: ignore[arg-type]  # members of Change, from the three callers below
    )


def _known(current: Current) -> dict[str, object]:
    """The record's id, parent, name and page, for a change."""
    return {
        "record_id": current.record_id,
        "parent_record_id": current.parent_record_id,
        "name": current.name,
        "web_url": current.web_url,
    }


def _deletion(row: Desired, current: Current) -> Operation:
    change = _change(row, "delete", **_known(current))
    return operation(change, _attributes(row), row=row)


def _update(row: Desired, current: Current) -> Operation | None:
    if row.binding.mode == "create":
        raise rejections.EXISTS(target=row.binding.target.name)
    changes = field_changes(row, current.values)
    if any(one.attribute == PARENT for one in changes):
        raise rejections.ENTRY_CANNOT_MOVE(PARENT)
    return _updating(row, current, changes) if changes else None


def _updating(row: Desired, current: Current, changes: tuple[FieldChange, ...]) -> Operation:
    change = _change(row, "update", **_known(current), fields=changes)
    return operation(change, _attributes(row), row=row)


def _may_create(row: Desired, binding: Binding) -> None:
    if binding.matches_by_own_id:
        raise rejections.NO_SUCH_ID(binding.target.id_attribute, target=binding.target.name)
    if binding.mode == "update":
        raise rejections.NO_SUCH_KEY(target=binding.target.name)
    if row.binding.target.kind == "lists" and not isinstance(row.values.get(PARENT), dict):
        raise rejections.NO_PARENT(PARENT)


def _has_required(row: Desired, changes: Sequence[FieldChange]) -> None:
    given = {one.attribute for one in changes}
    for one in row.binding.target.attributes.values():
        if one.is_required and one.is_writable and one.default_value is None and one.slug not in given:
            raise rejections.REQUIRED(one.slug, target=row.binding.target.name)


def _attributes(row: Desired) -> dict[str, Attribute]:
    return {slug: bound.attribute for slug, bound in row.fields.items()}


def _parent_id(parent: Json) -> str | None:
    return str(parent["record_id"]) if isinstance(parent, dict) else None


def _pointing(bound: BoundField, row: Desired, before: Json) -> list[FieldChange]:
    """References without an id, in the form that Attio itself can resolve."""
    slug = bound.attribute.slug
    shown: list[Json] = [
        {"object": one.objects[0], one.by or "key": one.value} if isinstance(one, Lookup) else one
        for one in row.pointers[slug]
    ]
    there = before if isinstance(before, list) else [before] if before else []
    if bound.merge == "set_if_empty" and there:
        return []
    if bound.merge == "append" and bound.attribute.is_multiselect:
        shown += [one for one in there if one not in shown]
    return [
        FieldChange(
            attribute=slug, before=before, after=shown if bound.attribute.is_multiselect else shown[0]
        )
    ]
