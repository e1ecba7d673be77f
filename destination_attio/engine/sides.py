"""What a revert does to the other sides of relationships, before it is done.

Attio empties them with a record that goes, and with a reference that is put back. A reference that is put
back takes its record from whoever has it by now, so those that somebody has pointed elsewhere since stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from destination_attio.engine.undo import left_alone
from destination_attio.rows.merge_rules import is_same
from destination_attio.workspace.counterparts import counterpart, exclusive, held
from destination_attio.workspace.pointers import newly_pointed_at, pointed_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.change import Change, FieldChange
    from destination_attio.model.current import Current
    from destination_attio.model.targets import Target
    from destination_attio.workspace.catalog import Catalog

    ByNow = Callable[[str], JsonObject | None]

ELSEWHERE: Final = "Somebody has pointed '{slug}' of {records} elsewhere since, and it stays so."


class Sides:
    """The other sides of what one revert puts back."""

    def __init__(self, catalog: Catalog, by_now: ByNow) -> None:
        """`by_now` gives the values of a record that the revert has changed; None once it is deleted."""
        self._catalog, self._by_now = catalog, by_now

    # --- what goes with the revert ----------------------------------------------------------------------

    def emptied(
        self,
        current: Current,
        change: Change,
        target: Target,
        gone: Collection[str],
        planned: Mapping[str, JsonObject],
    ) -> Current:
        """The record without references that Attio empties with the revert, where the run did not write them.

        `gone` are the records that the revert deletes, `planned` the values that it is about to put back.
        """
        written = {one.attribute for one in change.fields}
        sides = [one for one in target.attributes.values() if one.relationship and one.slug not in written]
        kept = {
            one.slug: _less(value, self._emptied(one, value, current.record_id, gone, planned))
            for one in sides
            if pointed_at(value := current.values.get(one.slug))
        }
        return replace(current, values={**current.values, **kept})

    def _emptied(
        self,
        side: Attribute,
        value: Json,
        record_id: str,
        gone: Collection[str],
        planned: Mapping[str, JsonObject],
    ) -> set[str]:
        """Those at which the side points now, and will not once the revert is done."""
        other = counterpart(self._catalog, side)
        slug = other.attribute.slug if other else ""
        return {
            one
            for one in pointed_at(value)
            if one in gone or self._turns_away(one, slug, record_id, planned.get(one, {}))
        }

    def _turns_away(self, holder: str, slug: str, record_id: str, planned: JsonObject | None = None) -> bool:
        """Whether the revert has turned, or is about to turn, this attribute away from the record."""
        before = self._by_now(holder)
        values = {**(before or {}), **(planned or {})}
        return before is None or (slug in values and record_id not in pointed_at(values[slug]))

    # --- what others have pointed elsewhere since -------------------------------------------------------

    def spared(
        self, changes: Sequence[Change], now: Mapping[str, Current], target: Target
    ) -> tuple[list[Change], list[Change]]:
        """The changes without references that would take a record from somebody, and what to list."""
        found, listed = list(changes), []
        ours = {
            (str(one.record_id), field.attribute, each)
            for one in changes
            for field in one.fields
            for each in newly_pointed_at(field)
        }
        for slug in {field.attribute for one in changes for field in one.fields}:
            other = exclusive(self._catalog, target.attributes.get(slug))
            if other is None:
                continue
            asked = _going_back(found, now, target.attributes[slug])
            there = held(self._catalog, other, set().union(*asked.values())) if asked else {}
            for number, ids in asked.items():
                own_id = str(found[number].record_id)
                away = {(one, each) for one in ids for each in pointed_at(there.get(one)) if each != own_id}
                lost = {
                    one
                    for one, each in away
                    if (each, slug, one) not in ours and not self._turns_away(each, slug, one)
                }
                if lost:
                    found[number], left = _spared(found[number], slug, other.attribute.slug, lost)
                    listed.append(left)
        return found, listed


def _going_back(
    changes: Sequence[Change], now: Mapping[str, Current], attribute: Attribute
) -> dict[int, set[str]]:
    """The records that an attribute would point at again, by the place of the change."""
    return {
        number: ids
        for number, change in enumerate(changes)
        for field in change.fields
        if field.attribute == attribute.slug
        and (ids := pointed_at(field.before) - pointed_at(field.after))
        and _goes_back(change, field, now.get(str(change.record_id)), attribute)
    }


def _goes_back(change: Change, field: FieldChange, current: Current | None, attribute: Attribute) -> bool:
    if change.kind == "delete":
        return True
    return current is not None and is_same(attribute, current.values.get(attribute.slug), field.after)


def _less(value: Json, lost: Collection[str]) -> Json:
    if isinstance(value, list):
        return [one for one in value if not pointed_at(one) & set(lost)]
    return None if pointed_at(value) & set(lost) else value


def _spared(change: Change, slug: str, other: str, lost: Collection[str]) -> tuple[Change, Change]:
    """The change that leaves these records where they are, and the entry of the list about it."""
    fields = tuple(
        replace(one, before=_less(one.before, lost)) if one.attribute == slug else one
        for one in change.fields
    )
    was = next(one for one in change.fields if one.attribute == slug)
    listed = replace(was, after=_less(was.before, lost))
    reason = ELSEWHERE.format(slug=other, records=", ".join(sorted(lost)))
    return replace(change, fields=fields), left_alone(change, [listed], reason)
