"""Asks Attio whether creations whose answers were lost have happened, before any of them is sent again.

A record is found by its key, or else among those that the run's token has made since the request: by what was
sent. What the run knows of already is none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from attio_api.listings import walk
from attio_api.moments import as_moment
from destination_attio.engine.lost_candidates import (
    Candidate,
    Unclear,
    assigned,
    is_in_question,
    is_kept,
    may_be_of,
)
from destination_attio.engine.outcome import Image
from destination_attio.engine.ownership import creator, made_by
from destination_attio.model.change import after_of
from destination_attio.rows.keys import keys_of, tokens_of
from destination_attio.workspace.filters import since_created
from destination_attio.workspace.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from concurrent.futures import Executor

    from attio_api.wire import JsonObject
    from destination_attio.engine.after_images import AfterImages
    from destination_attio.engine.lost_candidates import Sent
    from destination_attio.model.current import Current
    from destination_attio.model.plan import Change
    from destination_attio.model.targets import Target
    from destination_attio.storage.scratch import Scratch
    from destination_attio.workspace.catalog import Catalog
    from destination_attio.workspace.gateways import Gateway

    Known = Callable[[Collection[str]], Collection[str]]

_TO_THE_MILLISECOND: Final = 23
"""Characters of a time in Attio's format; it tells the time in microseconds, but dates records without."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lost:
    """A creation without an answer, with the fields that were sent."""

    change: Change
    sent: Sent


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """The record that a creation turned out to have made."""

    raw: JsonObject
    image: Image


class LostAnswers:
    """Looks up creations."""

    def __init__(
        self,
        catalog: Catalog,
        scratch: Scratch,
        pool: Executor,
        images: AfterImages,
        supposed: Callable[[], frozenset[str]],
        pause: Callable[[int], None],
    ) -> None:
        """`images` tells who made a record that is found; `supposed` are the actors of the token's id.

        `pause` waits before a look after so many tries.
        """
        self._catalog, self._scratch, self._pool = catalog, scratch, pool
        self._images, self._supposed, self.pause = images, supposed, pause

    def look(
        self,
        target: Target,
        lost: Sequence[Lost],
        since: str,
        known: Known,
        own: Collection[str] | None = None,
    ) -> list[Made | Unclear | None]:
        """For each creation its record, None where it was not made, or that nobody can tell.

        `since` is Attio's time before the first of them was sent, and `known` gives those of some ids that
        other operations have made or met. `own` are the actors of another run than this one.
        """
        own = self._images.own if own is None else own
        since = f"{since[:_TO_THE_MILLISECOND]}Z" if since else ""
        if target.is_choices:
            return self._choices(target, lost)
        found: list[Made | Unclear | None] = [self._under_its_key(target, one, since, own) for one in lost]
        rest = [number for number, one in enumerate(found) if one is None]
        left = [lost[number] for number in rest]
        raws = self._raws(target, left, since, own) if left and (since or target.is_append_only) else []
        mine = self._actors(raws, own)
        taken = {one.image.record_id for one in found if isinstance(one, Made)}
        candidates = [
            one for one in self._candidates(target, raws, mine, known) if one.current.record_id not in taken
        ]
        for number, each in zip(rest, assigned(target, [one.sent for one in left], candidates), strict=True):
            found[number] = self._made(lost[number], each.raw, mine) if isinstance(each, Candidate) else each
        return found

    def _choices(self, target: Target, lost: Sequence[Lost]) -> list[Made | Unclear | None]:
        """Options and statuses are found by their titles, which are unique."""
        gateway = self._catalog.gateway(target)
        there = {one.get("title"): one for one in gateway.page(0) if one.get("is_archived") is not True}
        found = (there.get(one.change.key.get("title")) for one in lost)
        return [
            None if raw is None else Made(raw=raw, image=Image(record_id=gateway.read(raw, ()).record_id))
            for raw in found
        ]

    def _under_its_key(self, target: Target, one: Lost, since: str, own: Collection[str]) -> Made | None:
        """The only record under a key, where the run has made it; what somebody else made is not ours."""
        match = tuple(slug for slug in one.change.key if slug in target.attributes)
        if target.is_append_only or not match:
            return None
        gateway = self._catalog.gateway(target)
        attributes = [target.attributes[slug] for slug in match]
        keys = keys_of(attributes, one.change.key)
        found = self._snapshot(gateway, match).look_up(keys)
        records = {
            each.record_id: each
            for token in tokens_of(attributes, one.change.key)
            for each in found.get(token, [])
        }
        current = next(iter(records.values())) if len(records) == 1 else None
        raw = gateway.one(current.record_id) if current else None
        if current is None or raw is None:
            return None
        mine = self._actors([raw], own) if is_in_question(raw, since, ()) else own
        is_told = made_by(raw, mine) == "ours"
        return self._made(one, raw, mine) if is_told or _is_as_sent(one, current, target) else None

    def _snapshot(self, gateway: Gateway, match: Sequence[str]) -> Snapshot:
        attributes = gateway.target.attributes
        matched = [attributes[slug] for slug in match]
        snapshot = Snapshot(gateway, matched, self._scratch, self._pool, "lost")
        snapshot.cover(one for one in attributes.values() if one.is_writable)
        return snapshot

    def _raws(
        self, target: Target, lost: Sequence[Lost], since: str, own: Collection[str]
    ) -> list[JsonObject]:
        """What was created since; notes also at the times that they were to have."""
        gateway = self._catalog.gateway(target)
        where = None if target.is_append_only else since_created(since)
        told = {as_moment(one.change.after.get("created_at")) for one in lost} - {None}
        return [
            one
            for one in walk(lambda offset: gateway.page(offset, where))
            if is_in_question(one, since, own) or as_moment(one.get("created_at")) in told
        ]

    def _actors(self, raws: Sequence[JsonObject], own: Collection[str]) -> Collection[str]:
        """The run's actors; before an answer has named them, those of the token's id that a record names."""
        return own or self._supposed() & {creator(one) for one in raws}

    def _candidates(
        self, target: Target, raws: Sequence[JsonObject], own: Collection[str], known: Known
    ) -> list[Candidate]:
        gateway = self._catalog.gateway(target)
        writable = [one for one in target.attributes.values() if one.is_writable]
        read = [Candidate.of(raw, gateway.read(raw, writable), own) for raw in raws if may_be_of(raw, own)]
        away = known([one.current.record_id for one in read])
        return [one for one in read if one.current.record_id not in away]

    def _made(self, one: Lost, raw: JsonObject, own: Collection[str]) -> Made:
        image = self._images.of_found(one.change, raw, [each.attribute for each in one.sent], own)
        if image.kind:
            return Made(raw=raw, image=image)
        image = replace(image, after=after_of(one.sent))  # what it holds may be another's by now
        return Made(raw=raw, image=image)


def _is_as_sent(one: Lost, current: Current, target: Target) -> bool:
    return all(is_kept(target, each, current) for each in one.sent)
