"""Makes after-images: of the attributes that a write sent, the values that Attio's answer shows.

A creation that found a record made by somebody else is an update: the values that it overwrote are read from
Attio's value history, so that a revert can restore them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attio_api.errors import AttioError
from attio_api.values import lacking, read_values
from destination_attio.engine.outcome import Image
from destination_attio.engine.ownership import (
    ADDED,
    MET,
    Ownership,
    added,
    creator,
    made_by,
    superseded,
    values_of,
    written_at,
)
from destination_attio.model.plan import UNCLEAR
from destination_attio.rows.merge_rules import is_same

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from attio_api.wire import Json, JsonObject
    from destination_attio.engine.outcome import Outcome
    from destination_attio.engine.ownership import Whose
    from destination_attio.model.change import Change, FieldChange
    from destination_attio.model.current import Current
    from destination_attio.model.targets import Target
    from destination_attio.workspace.catalog import Catalog


class AfterImages:
    """Makes the after-image of each answered write."""

    def __init__(
        self,
        client: AttioClient,
        catalog: Catalog,
        on_known: Callable[[Collection[str]], None],
        supposed: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """`client` is asked for the history of values that a creation has overwritten.

        `on_known` receives the run's actors once an answer has named them; `supposed` gives those that the
        token's id stands for.
        """
        self._client, self._catalog = client, catalog
        self._ownership = Ownership(on_known, supposed)

    @property
    def own(self) -> Collection[str]:
        """The actors that the run writes as; empty until an answer has named them."""
        return self._ownership.own

    def __call__(self, outcome: Outcome) -> Image:
        """The after-image of one answered write."""
        change, answer = outcome.operation.change, outcome.answer
        if answer is None:
            return Image(record_id=change.record_id)
        target = self._catalog.by_name(change.target)
        sent = [one.attribute for one in change.fields if one.attribute not in outcome.operation.pending]
        self._ownership.hear(answer)
        image = self._image(change, target, answer, self._whose(outcome, target), sent)
        return image if change.kind == "create" else self._without_others(image, change, answer, target)

    def of_found(
        self, change: Change, answer: JsonObject, sent: Sequence[str], own: Collection[str]
    ) -> Image:
        """The image of a creation with a lost answer, from the record found; `own` are the run's actors."""
        target = self._catalog.by_name(change.target)
        image = self._image(change, target, answer, made_by(answer, own), sent)
        others = added(answer, own)
        beside = {slug: value for slug, value in (image.beside or {}).items() if slug not in others}
        return replace(image, beside=beside if image.beside is not None else None)

    def _whose(self, outcome: Outcome, target: Target) -> Whose:
        """Who made the written record; the answer to an exclusive creation also tells the run's actors."""
        answer = outcome.answer or {}
        if outcome.is_exclusive:
            self._ownership.learn(answer)
        if outcome.is_exclusive or outcome.operation.verb != "upsert":
            return "ours"
        known = [one.slug for one in target.attributes.values() if one.is_writable]
        return self._ownership.whose(answer, outcome.asked_at, known)

    def _image(
        self, change: Change, target: Target, answer: JsonObject, whose: Whose, sent: Sequence[str]
    ) -> Image:
        known = [one for one in target.attributes.values() if one.is_writable]
        current = self._catalog.gateway(target).read(answer, known)
        if whose == "theirs":
            return self._met(answer, target, current, sent)
        is_new = change.kind == "create"
        return Image(
            record_id=current.record_id,
            after={slug: current.values.get(slug) for slug in sent if slug != target.id_attribute},
            beside=_beside(target, current, sent) if is_new else None,
            reason=UNCLEAR if whose == "unclear" else None,
            name=current.name or change.name,
            web_url=_text(answer.get("web_url")),
        )

    def _without_others(self, image: Image, change: Change, answer: JsonObject, target: Target) -> Image:
        """The image without values that somebody else had set to the same just before the write."""
        lost = {
            one.attribute
            for one in change.fields
            if one.attribute in (image.after or {})
            and self._ownership.are_by_others(_only_added(one, answer, target.attributes[one.attribute]))
        }
        if not lost:
            return image
        return replace(
            image,
            before={one.attribute: one.before for one in change.fields if one.attribute not in lost},
            after={slug: value for slug, value in (image.after or {}).items() if slug not in lost},
        )

    def _met(self, answer: JsonObject, target: Target, current: Current, sent: Sequence[str]) -> Image:
        """The image of a record that somebody else had made: the values before and after the write."""
        before: dict[str, Json] = {}
        after: dict[str, Json] = {}
        for slug in sent:
            if not _is_new(answer, slug):
                continue
            value = current.values.get(slug)
            found, was = self._was(answer, target, current.record_id, slug)
            if found and is_same(target.attributes[slug], was, value):
                continue
            before |= {slug: was} if found else {}
            after[slug] = value
        return Image(
            record_id=current.record_id,
            before=before,
            after=after,
            kind="update",
            reason=ADDED if creator(answer) in self.own else MET,
            name=current.name,
            web_url=_text(answer.get("web_url")),
        )

    def _was(self, answer: JsonObject, target: Target, record_id: str, slug: str) -> tuple[bool, Json]:
        """Whether the value before the write is known, and that value."""
        since = written_at(answer, slug)
        try:
            history = self._client.value_history(target.kind, target.slug, record_id, slug)
        except AttioError:
            return False, None
        values: Any = {slug: superseded(history, since)}
        return True, read_values(values, [target.attributes[slug]]).get(slug)


def _only_added(one: FieldChange, answer: JsonObject, attribute: Attribute) -> list[JsonObject]:
    """The answer's values that were not there before the write; none where the write took values away."""
    held = values_of(answer, one.attribute)
    if not attribute.is_multiselect:
        return held
    plain: Any = [read_values({one.attribute: [each]}, [attribute]).get(one.attribute) for each in held]
    there: Any = [value for each in plain for value in each or ()]
    if lacking(attribute, there, one.before or []):
        return []
    new = [bool(lacking(attribute, one.before or [], each)) for each in plain]
    return [each for each, is_new in zip(held, new, strict=True) if is_new]


def _is_new(answer: JsonObject, slug: str) -> bool:
    """Whether the attribute's value is later than the record's creation."""
    return written_at(answer, slug) > str(answer.get("created_at"))


def _beside(target: Target, current: Current, sent: Sequence[str]) -> JsonObject:
    """A new record's values besides those sent: Attio's defaults and what it derives."""
    own = {target.id_attribute, *sent}
    return {
        slug: value for slug, value in current.values.items() if slug not in own and value not in (None, [])
    }


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str) and value else None
