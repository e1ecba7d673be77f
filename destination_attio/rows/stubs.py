"""Stubs: records made only to be referred to, with the one value that rows refer by; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from destination_attio.model.plan import STUB, Change, FieldChange
from destination_attio.rows.operation import operation

if TYPE_CHECKING:
    from destination_attio.model.targets import Target
    from destination_attio.rows.operation import Operation


def stub(target: Target, address: tuple[str, str, str], stream: str) -> Operation:
    """The write that makes a record with only the value at the address (object, attribute, token)."""
    attribute = target.attributes[address[1]]
    (value,) = orjson.loads(address[2])
    shaped = [value] if attribute.is_multiselect else value
    change = Change(
        kind="create",
        stream=stream,
        target=target.name,
        key={attribute.slug: shaped},
        fields=(FieldChange(attribute=attribute.slug, before=None, after=shaped),),
        reason=STUB,
    )
    return operation(change, target.attributes, match=attribute.slug if attribute.is_unique else None)
