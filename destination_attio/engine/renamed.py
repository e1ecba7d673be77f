"""Finds attributes that were renamed since a run: compares their ids then and now; pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from destination_attio.field_config import SetInstead
from destination_attio.model.targets import PARENT, RECORD_ID
from destination_attio.rows import refused_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from attio_api.attributes import Attribute
    from attio_api.wire import JsonObject
    from destination_attio.field_config import FieldConfig
    from destination_attio.model.plan import Change, FieldChange
    from destination_attio.stream_config import StreamConfig


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

    def present(self, slug: str) -> str | None:
        """The present slug of an attribute that is still there; None where it is gone."""
        name = self.called(slug)
        return name if name in self._now else None

    def values(self, values: Mapping[str, Any]) -> JsonObject:
        """The values under the present slugs, without those whose attribute is gone."""
        return {name: value for slug, value in values.items() if (name := self.called(slug))}

    def change(self, change: Change) -> tuple[Change, tuple[FieldChange, ...]]:
        """The change under the present slugs, and the fields whose slug now belongs to another attribute."""
        lost = tuple(one for one in change.fields if self.called(one.attribute) is None)
        kept = [one for one in change.fields if one not in lost]
        fields = tuple(replace(one, attribute=self.called(one.attribute) or "") for one in kept)
        new = [(one.attribute, self.called(one.attribute)) for one in kept]
        told = [_said(old, now) for old, now in new if old != now]
        return replace(change, fields=fields, reason=change.reason or " ".join(told) or None), lost

    def key(self, change: Change) -> JsonObject:
        """The change's key under the present slugs."""
        return {self.called(slug) or slug: value for slug, value in change.key.items()}

    def missing(self, change: Change) -> str | None:
        """Why a planned change cannot be made any more: an attribute that it writes or matches by is gone."""
        for slug in dict.fromkeys((*change.key, *(one.attribute for one in change.fields))):
            name = self.called(slug)
            if name is None:
                return f"The attribute '{slug}' has moved: it is gone, and another one has its slug."
            if name not in self._now and slug != PARENT:
                return f"The attribute '{slug}' is gone."
        return None

    def settings(self, settings: StreamConfig) -> StreamConfig:
        """A stream's settings under the present slugs, without fields whose slug is now another's."""
        fields = [(one, self.called(one.attribute)) for one in settings.fields]
        instead = settings.on_absent
        if isinstance(instead, SetInstead):
            instead = instead.model_copy(
                update={"attribute": self.called(instead.attribute) or instead.attribute}
            )
        return settings.model_copy(
            update={
                "match": tuple(self.called(slug) or slug for slug in settings.match),
                "fields": tuple(one.model_copy(update={"attribute": name}) for one, name in fields if name),
                "on_absent": instead,
            }
        )

    def told(self, changes: Iterable[Change]) -> list[str]:
        """A sentence for each attribute of the changes that was renamed, with its present slug."""
        slugs = {slug for one in changes for slug in (*one.key, *(each.attribute for each in one.fields))}
        new = [(slug, self.called(slug)) for slug in sorted(slugs)]
        return [_said(old, now) for old, now in new if now not in {None, old}]


def pointing(
    settings: StreamConfig, attributes: Mapping[str, Attribute], names: Callable[[str], Renamed]
) -> StreamConfig:
    """A stream's settings in which each `reference` has the present slug in the object that it points at.

    `names` gives the renamed attributes of an object. Raises Misconfigured where the attribute is gone.
    """

    def today(one: FieldConfig) -> FieldConfig:
        attribute = attributes.get(one.attribute)
        slugs = (attribute.allowed_object_ids if attribute else None) or ()
        if not one.reference or one.reference == RECORD_ID or not slugs:
            return one
        called = (names(slug).present(one.reference) for slug in slugs)
        found = next((name for name in called if name), None)
        if found is None:
            raise refused_runs.POINTS_NOWHERE(
                one.attribute, targets=", ".join(slugs), reference=one.reference
            )
        return one.model_copy(update={"reference": found})

    return settings.model_copy(update={"fields": tuple(today(one) for one in settings.fields)})


def _said(old: str, now: str | None) -> str:
    return f"'{old}' is called '{now}' by now."


def taken_over(slug: str) -> str:
    """The reason for leaving a field: its slug now belongs to another attribute."""
    return f"The attribute that was called '{slug}' is gone, and another one has its slug."
