"""The one builder of operations: from a change to the call that makes it; pure."""

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
    """One write to make: the change it makes, and the call that makes it.

    `pending` are pointers at records that this very run is yet to make; they are set in a second pass.
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
        """Whether all it changes are pointers that the second pass sets."""
        return bool(self.pending) and self.verb == "update" and not self.payload


def operation(
    change: Change,
    attributes: Mapping[str, Attribute],
    *,
    row: Desired | None = None,
    match: str | None = None,
    exactly: bool = False,
) -> Operation:
    """The call that makes the change, of the target's `attributes`.

    `row` is what asks for it: its pointers without an id are left for the second pass. A creation with
    `match` asserts by that attribute; a change that is made `exactly` replaces lists, whatever they held.
    """
    if change.kind == "delete":
        return Operation(change=change, verb="delete", row=row)
    pending = dict(row.pointers) if row else {}
    ready = [one for one in change.fields if one.attribute not in pending]
    parent = next((one.after for one in ready if one.attribute == PARENT), None)
    verb: Verb = "replace" if exactly else _updating(ready, attributes)
    if change.kind == "create":
        verb = "upsert" if match else "create"
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
    """The call that makes or archives a select option or a status; `restores` takes it out of the archive."""
    if change.kind == "delete":
        return Operation(change=change, verb="delete")
    payload: JsonObject = {"title": change.key.get("title")}
    return Operation(
        change=change, verb="create", payload=payload, parent={"is_archived": True} if restores else None
    )


def _updating(changes: Sequence[FieldChange], attributes: Mapping[str, Attribute]) -> Verb:
    """PATCH adds to lists and PUT replaces them, so PUT is for lists that lose a value.

    docs.attio.com/rest-api/endpoint-reference/records/upsert-a-record
    """
    loses = any(
        attributes[one.attribute].is_multiselect and lacking(attributes[one.attribute], one.after, one.before)
        for one in changes
    )
    return "replace" if loses else "update"


def _payload(changes: Sequence[FieldChange], attributes: Mapping[str, Attribute]) -> JsonObject:
    """The changes as Attio takes them; the parent of an entry travels apart."""
    return {
        one.attribute: write_value(attributes[one.attribute], one.after)
        for one in changes
        if one.attribute != PARENT
    }
