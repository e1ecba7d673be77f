"""Finds attributes that were renamed since a run: compares their ids then and now; pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.attributes import Attribute
    from attio_api.wire import JsonObject
    from destination_attio.model.plan import Change, FieldChange


def ids_of(attributes: Mapping[str, Attribute]) -> JsonObject:
    """The id of each attribute by slug, as the journal keeps it."""
    return {slug: one.attribute_id for slug, one in attributes.items()}


class Renamed:
    """The present slugs of one target's attributes, by their slugs at the time of the run."""

    def __init__(self, then: Mapping[str, Any], now: Mapping[str, Attribute]) -> None:
        """`then` has attribute ids by the slugs of then; empty where none were journaled."""
        today = {one.attribute_id: slug for slug, one in now.items()}
        self._called = {slug: today.get(str(own_id)) for slug, own_id in then.items()}
        self._now = now

    def called(self, slug: str) -> str | None:
        """The present slug; None where the attribute is gone and another one has its slug."""
        known = self._called.get(slug, slug)
        return known or (None if slug in self._now else slug)

    def values(self, values: Mapping[str, Any]) -> JsonObject:
        """The values under the present slugs, without those whose attribute is gone."""
        return {name: value for slug, value in values.items() if (name := self.called(slug))}

    def change(self, change: Change) -> tuple[Change, tuple[FieldChange, ...]]:
        """The change under the present slugs, and the fields whose slug now belongs to another attribute."""
        lost = tuple(one for one in change.fields if self.called(one.attribute) is None)
        kept = [one for one in change.fields if one not in lost]
        fields = tuple(replace(one, attribute=self.called(one.attribute) or "") for one in kept)
        new = [(one.attribute, self.called(one.attribute)) for one in kept]
        told = [f"'{old}' is called '{now}' by now." for old, now in new if old != now]
        return replace(change, fields=fields, reason=change.reason or " ".join(told) or None), lost


def taken_over(slug: str) -> str:
    """The reason for leaving a field: its slug now belongs to another attribute."""
    return f"The attribute that was called '{slug}' is gone, and another one has its slug."
