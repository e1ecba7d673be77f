"""Finds what points at records: record references in records of any object and entries of any list.

Attio empties these references when a record is deleted, so they are looked up before. One side of a
relationship shows in the other side, which the record itself has, and is not looked up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attio_api.errors import NotFound, UnknownObject
from attio_api.listings import walk
from destination_attio.model.targets import PARENT
from destination_attio.workspace.filters import any_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json
    from destination_attio.model.change import FieldChange
    from destination_attio.model.current import Current
    from destination_attio.model.targets import Target
    from destination_attio.workspace.catalog import Catalog

NOT_SHOWN: Final = "Whether something points at it is not known (the token lacks {scopes})."


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """A reference: from which record or entry, by which attribute, to which record."""

    holder: str
    record_id: str
    attribute: str
    at: str


class Pointers:
    """Asks Attio for references, anew at every call."""

    def __init__(self, catalog: Catalog) -> None:
        """Makes no request yet."""
        self._catalog = catalog

    def find(self, target: Target, ids: Sequence[str]) -> list[Pointer]:
        """The references to an object's records; raises MissingScope where the token may not read them."""
        if target.kind != "objects" or not ids:
            return []
        return [
            pointer
            for holder in self._holders()
            for attribute in holder.attributes.values()
            if _may_point_at(attribute, target)
            for pointer in self._by(holder, attribute, target, ids)
        ]

    def _holders(self) -> Iterator[Target]:
        yield from map(self._catalog.object, self._catalog.object_slugs())
        yield from (self._catalog.target("lists", one) for one in self._catalog.list_slugs())

    def _by(
        self, holder: Target, attribute: Attribute, target: Target, ids: Sequence[str]
    ) -> Iterator[Pointer]:
        wanted = set(ids)
        for current in self._holding(holder, attribute, target, ids):
            for at in pointed_at(current.values.get(attribute.slug)):
                if at in wanted and at != current.record_id:
                    yield Pointer(
                        holder=holder.name, record_id=current.record_id, attribute=attribute.slug, at=at
                    )

    def _holding(
        self, holder: Target, attribute: Attribute, target: Target, ids: Sequence[str]
    ) -> Iterator[Current]:
        """The records or entries whose attribute points at one of these; none of a disabled object."""
        gateway = self._catalog.gateway(holder)
        keys: list[tuple[Json, ...]] = [({"object": target.slug, "record_id": one},) for one in ids]
        for part in gateway.filter_size.parts([attribute], keys):
            ask = partial(gateway.currents, where=any_of([attribute], part), attributes=[attribute])
            try:
                yield from walk(ask)
            except (NotFound, UnknownObject):
                return


def told(pointing: Iterable[Pointer]) -> str:
    """A sentence such as "2 of 'deals' point at it with 'owner'."."""
    counts = Counter((one.holder, one.attribute) for one in pointing)
    return " ".join(
        f"{n} of '{holder}' {'points' if n == 1 else 'point'} at it with '{slug}'."
        for (holder, slug), n in counts.items()
    )


def pointed_at(value: Any) -> set[str]:  # noqa: ANN401 (any plain value)
    """The ids of the records that a plain value points at."""
    each = value if isinstance(value, list) else [value]
    return {str(one["record_id"]) for one in each if isinstance(one, dict) and "record_id" in one}


def newly_pointed_at(one: FieldChange) -> set[str]:
    """The ids of the records that a value points at after its change and not before."""
    return pointed_at(one.after) - pointed_at(one.before)


def _may_point_at(attribute: Attribute, target: Target) -> bool:
    allowed = attribute.allowed_object_ids
    return (
        attribute.type == "record-reference"
        and attribute.slug != PARENT
        and not attribute.is_archived
        and attribute.relationship is None
        and (not allowed or target.slug in allowed)
    )
