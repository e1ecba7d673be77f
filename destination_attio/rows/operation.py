"""Builds all operations, from a change to the call that makes it; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from attio_api.values import lacking, write_value
from destination_attio.model.targets import PARENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.plan import Change, FieldChange
    from destination_attio.rows.desired import Desired
    from destination_attio.rows.lookups import Lookup

Verb = Literal["create", "upsert", "update", "replace", "delete"]


@dataclass(kw_only=True, slots=True)
class Operation:
    """One write: the change that it makes, and the call with which it is made.

    `pending` are references to records that this run has yet to make; they are set in a second write.
    """

    change: Change
    verb: Verb
    payload: JsonObject = field(default_factory=dict)
    match: str | None = None
    parent: Mapping[str, Json] | None = None
    row: Desired | None = None
    pending: dict[str, list[JsonObject | Lookup]] = field(default_factory=dict)

    @property
    def only_points(self) -> bool:
        """Whether it changes nothing but references that the second write sets."""
        return bool(self.pending) and self.verb == "update" and not self.payload


def operation(
    change: Change,
    attributes: Mapping[str, Attribute],
    *,
    row: Desired | None = None,
    match: str | None = None,
    exactly: bool = False,
) -> Operation:
    """The call that makes the change, by the target's `attributes`.

    `row` is the row that asks for it; its references without an id are left for the second write. A creation
    with `match` asserts by that attribute. With `exactly`, lists are replaced whatever they hold.
    """
    if change.kind == "delete":
        return Operation(change=change, verb="delete", row=row)
    pending = dict(row.pointers) if row else {}
    ready = [one for one in change.fields if one.attribute not in pending]
    parent = next((one.after for one in ready if one.attribute == PARENT), None)
    if change.kind == "create":
        verb: Verb = "upsert" if match else "create"
    else:
        verb = "replace" if exactly else _updating(ready, attributes)
    return Operation(
        change=change,
        verb=verb,
        payload=_payload(ready, attributes),
        match=match if verb == "upsert" else None,
        parent=parent if isinstance(parent, dict) else None,
        row=row,
        pending=pending,
    )


def choice_operation(change: Change, *, restores: bool = False) -> Operation:
    """The call that makes or archives an option or a status; with `restores` it leaves the archive again."""
    if change.kind == "delete":
        return Operation(change=change, verb="delete")
    payload: JsonObject = {"title": change.key.get("title")}
    return Operation(
        change=change, verb="create", payload=payload, parent={"is_archived": True} if restores else None
    )


def _updating(changes: Sequence[FieldChange], attributes: Mapping[str, Attribute]) -> Verb:
    """`replace` (PUT) where a list loses a value, else `update` (PATCH), which only adds to lists.

    docs.attio.com/rest-api/endpoint-reference/records/upsert-a-record
    """
    loses = any(
        attributes[one.attribute].is_multiselect and lacking(attributes[one.attribute], one.after, one.before)
        for one in changes
    )
    return "replace" if loses else "update"


def _payload(changes: Sequence[FieldChange], attributes: Mapping[str, Attribute]) -> JsonObject:
    """The values in the form that Attio takes; the parent of an entry is sent apart."""
    return {
        one.attribute: write_value(attributes[one.attribute], one.after)
        for one in changes
        if one.attribute != PARENT
    }
