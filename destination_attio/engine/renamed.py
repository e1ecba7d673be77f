"""Attributes of one target, as a run knew them and as they are now: known again by their ids; pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.attributes import Attribute
    from attio_api.wire import JsonObject
    from destination_attio.model.plan import Change, FieldChange


def ids_of(attributes: Mapping[str, Attribute]) -> JsonObject:
    """The id of each attribute, as the journal keeps it."""
    return {slug: one.attribute_id for slug, one in attributes.items()}


class Renamed:
    """What the attributes of then are called by now."""

    def __init__(self, then: Mapping[str, Any], now: Mapping[str, Attribute]) -> None:
        """`then` has the id of each attribute by its slug of then; empty where nobody noted it."""
        today = {one.attribute_id: slug for slug, one in now.items()}
        self._called = {slug: today.get(str(own_id)) for slug, own_id in then.items()}
        self._now = now

    def called(self, slug: str) -> str | None:
        """The slug by now; None where the attribute is gone and another one has taken its slug."""
        known = self._called.get(slug, slug)
        return known or (None if slug in self._now else slug)

    def values(self, values: Mapping[str, Any]) -> JsonObject:
        """The same values under the slugs of now, without those whose attribute is gone."""
        return {name: value for slug, value in values.items() if (name := self.called(slug))}

    def change(self, change: Change) -> tuple[Change, tuple[FieldChange, ...]]:
        """The change under the slugs of now, and the fields whose slug is another attribute's by now."""
        lost = tuple(one for one in change.fields if self.called(one.attribute) is None)
        kept = [one for one in change.fields if one not in lost]
        fields = tuple(replace(one, attribute=self.called(one.attribute) or "") for one in kept)
        new = [(one.attribute, self.called(one.attribute)) for one in kept]
        told = [f"'{old}' is called '{now}' by now." for old, now in new if old != now]
        return replace(change, fields=fields, reason=change.reason or " ".join(told) or None), lost


def taken_over(slug: str) -> str:
    """Why a field is left: what would be put back belongs into another attribute."""
    return f"The attribute that was called '{slug}' is gone, and another one has its slug."
