"""Finds what a run has overwritten without having read it, in Attio's history of values.

Between the run's last reading of a record and its write somebody may write to the same attribute. The
before-image in the journal does not show that; the history does, so that a revert puts back what really held
before the write.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from attio_api.errors import Gone, Rejected
from attio_api.moments import as_moment
from attio_api.values import read_values
from destination_attio.engine.counts import LISTED
from destination_attio.engine.ownership import are_by_others, superseded
from destination_attio.rows.merge_rules import is_same
from destination_attio.workspace.pointers import pointed_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.change import Change, FieldChange
    from destination_attio.model.current import Current
    from destination_attio.model.targets import Target

OVERWRITTEN: Final = "Somebody wrote {slugs} right before the run did; the revert keeps what they wrote."


class Overwritten:
    """Asks for the history of the values that a revert would put back; one call for each of them."""

    def __init__(
        self, client: AttioClient, pool: Executor, gone: Collection[str], own: Collection[str] = ()
    ) -> None:
        """`gone` are the records that the run deleted; Attio emptied the references to them.

        `own` are the run's actors; empty where no answer has named them.
        """
        self._client, self._pool, self._gone, self._own = client, pool, frozenset(gone), own
        self._without: set[tuple[str, str]] = set()
        """Attributes whose history Attio does not tell: those that it enriches itself."""
        self.told: list[Change] = []
        """The first of the changes that were corrected."""

    def corrected(
        self, changes: Sequence[tuple[Change, str]], now: Mapping[str, Current], target: Target
    ) -> list[Change]:
        """The changes, with the values right before their writes in place of before-images that missed them.

        With each change comes the time of Attio's clock before its write; empty where that is not known.
        """
        asked = [
            (number, field, asked_at)
            for number, (change, asked_at) in enumerate(changes)
            for field in _going_back(change, now.get(str(change.record_id)), target)
        ]
        ids = [str(changes[number][0].record_id) for number, _, _ in asked]
        fields = self._pool.map(
            lambda record_id, each: self._field(target, record_id, each[1], each[2]), ids, asked
        )
        told: dict[tuple[int, str], FieldChange] = {
            (number, was.attribute): field
            for (number, was, _), field in zip(asked, fields, strict=True)
            if field != was
        }
        found = [_with(change, number, told) for number, (change, _) in enumerate(changes)]
        moved = [now for now, (was, _) in zip(found, changes, strict=True) if now.reason != was.reason]
        self.told += moved[: LISTED - len(self.told)]
        return found

    def _field(self, target: Target, record_id: str, field: FieldChange, asked_at: str) -> FieldChange:
        slug = field.attribute
        if (target.name, slug) in self._without:
            return field
        try:
            history = self._client.value_history(target.kind, target.slug, record_id, slug)
        except Gone:
            return field
        except Rejected:
            self._without.add((target.name, slug))
            return field
        found = before_write(field, target.attributes[slug], history, asked_at, self._own)
        return field if self._is_emptied(field, found) else found

    def _is_emptied(self, read: FieldChange, found: FieldChange) -> bool:
        """Whether all that was missing right before the write are records that the run had just deleted."""
        was, before = pointed_at(read.before), pointed_at(found.before)
        return before < was and was - before <= self._gone


def before_write(
    field: FieldChange,
    attribute: Attribute,
    history: Sequence[JsonObject],
    asked_at: str,
    own: Collection[str] = (),
) -> FieldChange:
    """The field with the value that held right before the run's write, by the history of the attribute.

    The write is the first one since `asked_at` that made the value what the run wrote. Where an actor that is
    not in `own` made it so, the run found its own value there already. Where the time is not known and
    several writes may be meant, the value before is not known either. A history that does not show the write
    says nothing, except that somebody had written the same value before the run did.
    """
    asked = as_moment(asked_at) if asked_at else None
    found = list(_before_each(field.after, attribute, history, asked.iso() if asked else "", own))
    if not found:
        held = _plain(_holding(history, asked.iso()), attribute) if asked and history else field.before
        return replace(field, before=held) if is_same(attribute, held, field.after) else field
    if asked:
        was = found[0]
        return field if is_same(attribute, was, field.before) else replace(field, before=was)
    if any(is_same(attribute, was, field.before) for was in found):
        return field
    return replace(field, before=found[0], is_known=len(found) == 1)


def _before_each(
    after: Json, attribute: Attribute, history: Sequence[JsonObject], since: str, own: Collection[str]
) -> Iterator[Json]:
    """The values right before each moment from `since` on at which the attribute came to hold `after`.

    For a moment of somebody else's write that is `after` itself.
    """
    moments = {str(one[name]) for one in history for name in ("active_from", "active_until") if one.get(name)}
    for moment in sorted(moments):
        if moment < since:
            continue
        was = _plain(superseded(history, moment), attribute)
        became = _plain(_holding(history, moment), attribute)
        if is_same(attribute, became, after) and not is_same(attribute, was, after):
            begun = [one for one in history if one.get("active_from") == moment]
            yield became if own and begun and are_by_others(begun, own) else was


def _plain(values: Sequence[JsonObject], attribute: Attribute) -> Json:
    held: Any = {attribute.slug: values}
    return read_values(held, [attribute]).get(attribute.slug)


def _holding(history: Sequence[JsonObject], moment: str) -> list[JsonObject]:
    """The values that hold from this moment on."""
    begun = (one for one in history if str(one.get("active_from")) <= moment)
    return [one for one in begun if one.get("active_until") is None or str(one["active_until"]) > moment]


def _going_back(change: Change, current: Current | None, target: Target) -> list[FieldChange]:
    """The fields of an update that Attio still holds as the run wrote them, and that are to be put back."""
    if change.kind != "update" or current is None or target.is_append_only:
        return []
    return [one for one in change.fields if _goes_back(one, current, target.attributes.get(one.attribute))]


def _goes_back(one: FieldChange, current: Current, attribute: Attribute | None) -> bool:
    value = current.values.get(one.attribute)
    return (
        attribute is not None
        and one.is_known
        and is_same(attribute, value, one.after)
        and not is_same(attribute, value, one.before)
    )


def _with(change: Change, number: int, told: Mapping[tuple[int, str], FieldChange]) -> Change:
    fields = tuple(told.get((number, one.attribute), one) for one in change.fields)
    slugs = [one.attribute for one in fields if (number, one.attribute) in told and one.is_known]
    if fields == change.fields:
        return change
    told_of = OVERWRITTEN.format(slugs=" and ".join(f"'{one}'" for one in slugs)) if slugs else None
    reason = " ".join(one for one in (change.reason, told_of) if one)
    return replace(change, fields=fields, reason=reason or None)
