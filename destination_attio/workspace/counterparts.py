"""The other sides of relationships, which Attio keeps in step: a person has one company, a company a team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attio_api.errors import UnknownObject
from attio_api.listings import walk
from destination_attio.workspace.filters import any_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json
    from destination_attio.model.current import Current
    from destination_attio.model.targets import Target
    from destination_attio.workspace.catalog import Catalog


@dataclass(frozen=True, kw_only=True, slots=True)
class Counterpart:
    """The other side of a relationship: its object and its attribute."""

    holder: Target
    attribute: Attribute


def counterpart(catalog: Catalog, attribute: Attribute | None) -> Counterpart | None:
    """The other side of a relationship; None for other attributes, and where the token does not see it."""
    ids: Any = (attribute.relationship if attribute else None) or {}
    ids = ids.get("id")
    if not isinstance(ids, dict):
        return None
    try:
        holder = catalog.object(str(ids.get("object_id")))
    except UnknownObject:
        return None
    found = (one for one in holder.attributes.values() if one.attribute_id == ids.get("attribute_id"))
    own = next(found, None)
    return Counterpart(holder=holder, attribute=own) if own else None


def exclusive(catalog: Catalog, attribute: Attribute | None) -> Counterpart | None:
    """The other side of a relationship, where a record can stand on it for one record alone."""
    other = counterpart(catalog, attribute)
    return None if other is None or other.attribute.is_multiselect else other


def held(catalog: Catalog, other: Counterpart, ids: Collection[str]) -> dict[str, Json]:
    """What these records hold on their side at this moment; those that are gone are absent."""
    holder, attribute = other.holder, other.attribute
    gateway, own = catalog.gateway(holder), [holder.attributes[holder.id_attribute]]

    def read(part: Sequence[tuple[Json, ...]]) -> list[Current]:
        return list(walk(lambda offset: gateway.currents(offset, any_of(own, part), [attribute])))

    found = gateway.filter_size.ask([(one,) for one in sorted(ids)], own, read)
    return {one.record_id: one.values.get(attribute.slug) for one in found}
