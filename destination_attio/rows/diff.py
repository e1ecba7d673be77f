"""What one row changes, given what Attio holds: a write to make, or why there is none; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from attio_api.values import lacking, write_value
from destination_attio.model.plan import Change, FieldChange
from destination_attio.model.targets import PARENT
from destination_attio.rows import rejections
from destination_attio.rows.fields import completed
from destination_attio.rows.lookups import Lookup
from destination_attio.rows.merge_rules import is_same, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.current import Current
    from destination_attio.rows.binding import Binding
    from destination_attio.rows.desired import Desired
    from destination_attio.rows.fields import BoundField

Verb = Literal["create", "upsert", "update", "replace", "delete"]


@dataclass(kw_only=True, slots=True)
class Operation:
    """One write to make: the change it makes, and the call that makes it.

    `pending` are pointers at records that this very run is yet to make; they are set in a second pass.
    """

    change: Change
    target_name: str
    verb: Verb
    payload: JsonObject = field(default_factory=dict)
    match: str | None = None
    parent: Mapping[str, Json] | None = None
    row: Desired | None = None
    pending: dict[str, list[JsonObject | Lookup]] = field(default_factory=dict)

    @property
    def only_points(self) -> bool:
        """Whether all it changes are pointers that the second pass sets."""
        return bool(self.pending) and self.verb == "update" and not self.payload


def decide(row: Desired, found: Sequence[Current]) -> Operation | None:
    """The write that the row asks for; None when it changes nothing. Raises Rejected."""
    if len(found) > 1:
        raise rejections.AMBIGUOUS_ROW(count=len(found), target=row.binding.target.name)
    current = found[0] if found else None
    if row.delete:
        return _deletion(row, current) if current else None
    return _update(row, current) if current else _creation(row)


def field_changes(row: Desired, current: Mapping[str, Json]) -> tuple[FieldChange, ...]:
    """What the row changes, attribute by attribute; pending pointers are shown as what they point by."""
    changes = []
    for slug, bound in row.fields.items():
        before = current.get(slug)
        if slug in row.pointers:
            changes += _pointing(bound, row, before)
            continue
        wanted = completed(bound, row.row, before, row.values.get(slug))
        after = merged(bound.merge, bound.attribute, before, wanted)
        if after is not before and not is_same(bound.attribute, before, after):
            changes.append(FieldChange(attribute=slug, before=before, after=after))
    return tuple(changes)


def is_pending(attribute: Attribute, after: Json) -> bool:
    """Whether a saved value points at records that had no id when it was saved."""
    if attribute.type != "record-reference":
        return False
    many = after if isinstance(after, list) else [after]
    return any(isinstance(one, dict) and "record_id" not in one for one in many)


def payload_of(changes: Sequence[FieldChange], attributes: Mapping[str, Attribute]) -> JsonObject:
    """The changes as Attio takes them; the parent of an entry travels apart."""
    return {
        one.attribute: write_value(attributes[one.attribute], one.after)
        for one in changes
        if one.attribute != PARENT
    }


def update_verb(changes: Sequence[FieldChange], attributes: Mapping[str, Attribute]) -> Verb:
    """PATCH adds to lists and PUT replaces them, so PUT is for lists that lose a value.

    docs.attio.com/rest-api/endpoint-reference/records/upsert-a-record
    """
    loses = any(
        attributes[one.attribute].is_multiselect and lacking(attributes[one.attribute], one.after, one.before)
        for one in changes
    )
    return "replace" if loses else "update"


def _change(row: Desired, kind: Literal["create", "update", "delete"], **more: object) -> Change:
    return Change(
        kind=kind,
        stream=row.binding.stream,
        target=row.binding.target.name,
        key=row.key,
        row_number=row.row_number,
        **more,  # type: ignore[arg-type]  # members of Change, from the three callers below
    )


def _deletion(row: Desired, current: Current) -> Operation:
    change = _change(row, "delete", record_id=current.record_id, parent_record_id=current.parent_record_id)
    return Operation(change=change, target_name=row.binding.target.name, verb="delete", row=row)


def _update(row: Desired, current: Current) -> Operation | None:
    if row.binding.mode == "create":
        raise rejections.EXISTS(target=row.binding.target.name)
    changes = field_changes(row, current.values)
    if any(one.attribute == PARENT for one in changes):
        raise rejections.ENTRY_CANNOT_MOVE(PARENT)
    return _updating(row, current, changes) if changes else None


def _updating(row: Desired, current: Current, changes: tuple[FieldChange, ...]) -> Operation:
    attributes = _attributes(row)
    ready = [one for one in changes if one.attribute not in row.pointers]
    parent = current.parent_record_id
    return Operation(
        change=_change(row, "update", record_id=current.record_id, parent_record_id=parent, fields=changes),
        target_name=row.binding.target.name,
        verb=update_verb(ready, attributes),
        payload=payload_of(ready, attributes),
        row=row,
        pending=dict(row.pointers),
    )


def _creation(row: Desired) -> Operation:
    binding = row.binding
    _may_create(row, binding)
    changes = field_changes(row, {})
    _has_required(row, changes)
    attributes = _attributes(row)
    parent = row.values.get(PARENT)
    ready = [one for one in changes if one.attribute not in row.pointers]
    asserts = binding.can_assert and binding.mode != "create"
    return Operation(
        change=_change(row, "create", fields=changes, parent_record_id=_parent_id(parent)),
        target_name=binding.target.name,
        verb="upsert" if asserts else "create",
        payload=payload_of(ready, attributes),
        match=binding.match[0] if asserts else None,
        parent=parent if isinstance(parent, dict) else None,
        row=row,
        pending=dict(row.pointers),
    )


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
    """Pointers that have no id yet, in the form that Attio itself can resolve."""
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
