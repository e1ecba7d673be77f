"""What the journal keeps of an answer: of what was sent, what Attio holds now, and never more.

A creation that met a record of somebody else's is an update: what it overwrote there is read from the values'
history, so that a revert can put it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attio_api.errors import AttioError
from attio_api.values import read_values
from destination_attio.engine.ownership import MET, Ownership, superseded, written_at
from destination_attio.engine.writer import Image
from destination_attio.rows.merge_rules import is_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.client import AttioClient
    from attio_api.wire import Json, JsonObject
    from destination_attio.engine.writer import Outcome
    from destination_attio.model.current import Current
    from destination_attio.model.targets import Target
    from destination_attio.workspace.catalog import Catalog


class Images:
    """Makes images of answers."""

    def __init__(self, client: AttioClient, catalog: Catalog) -> None:
        """The client is asked for the history of values that a creation has overwritten."""
        self._client, self._catalog = client, catalog
        self._ownership = Ownership()

    def __call__(self, outcome: Outcome) -> Image:
        """The image of one outcome."""
        operation = outcome.operation
        if outcome.answer is None:
            return Image(record_id=operation.change.record_id)
        target = self._catalog.by_name(operation.change.target)
        known = [one for one in target.attributes.values() if one.is_writable]
        current = self._catalog.gateway(target).read(outcome.answer, known)
        sent = [one.attribute for one in operation.change.fields if one.attribute not in operation.pending]
        slugs = [one.slug for one in known]
        is_met = self._ownership.was_there(outcome.answer, outcome.asked_at, sent, slugs)
        if operation.verb == "upsert" and is_met:
            return self._met(outcome, target, current, sent)
        after = {slug: current.values.get(slug) for slug in sent if slug != target.id_attribute}
        is_new = operation.change.kind == "create"
        return Image(
            record_id=current.record_id,
            after=after,
            beside=_beside(target, current, sent) if is_new else None,
            name=current.name or operation.change.name,
            web_url=_text(outcome.answer.get("web_url")),
        )

    def _met(self, outcome: Outcome, target: Target, current: Current, sent: Sequence[str]) -> Image:
        """A record that somebody had made: what the write changed of it, and what was there before."""
        before: dict[str, Json] = {}
        after: dict[str, Json] = {}
        answer = outcome.answer or {}
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
            reason=MET,
            name=current.name,
            web_url=_text(answer.get("web_url")),
        )

    def _was(self, answer: JsonObject, target: Target, record_id: str, slug: str) -> tuple[bool, Json]:
        """What the attribute held before the write; not found where Attio does not tell."""
        since = written_at(answer, slug)
        try:
            history = self._client.value_history(target.kind, target.slug, record_id, slug)
        except AttioError:
            return False, None
        values: Any = {slug: superseded(history, since)}
        return True, read_values(values, [target.attributes[slug]]).get(slug)


def _is_new(answer: JsonObject, slug: str) -> bool:
    """Whether the attribute holds something that the record did not begin with."""
    return written_at(answer, slug) > str(answer.get("created_at"))


def _beside(target: Target, current: Current, sent: Sequence[str]) -> JsonObject:
    """What a new record holds besides what was sent: default values, and what Attio derives."""
    own = {target.id_attribute, *sent}
    return {
        slug: value for slug, value in current.values.items() if slug not in own and value not in (None, [])
    }


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str) and value else None
