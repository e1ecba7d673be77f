"""Reads what Attio holds of records at this moment, before a run's changes to them are undone."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from attio_api.listings import walk
from destination_attio.engine.undo import by_people
from destination_attio.workspace.filters import any_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.engine.last_writers import LastWriters
    from destination_attio.engine.push import StreamPush
    from destination_attio.model.current import Current
    from destination_attio.workspace.gateways import Gateway


def present(stream_push: StreamPush, ids: Sequence[str], writers: LastWriters) -> dict[str, Current]:
    """The records with these ids, without values from Attio's own enrichment; those that are gone are absent.

    `writers` notes who wrote each value. Raises AttioError.
    """
    target, gateway = stream_push.pipeline.binding.target, stream_push.pipeline.tools.gateway
    attributes = [one for one in target.attributes.values() if one.is_writable]
    if not ids:
        return {}
    if target.is_append_only:
        notes = [gateway.one(one) for one in ids]
        found = [gateway.read(raw, attributes) for raw in notes if raw]
    else:
        own = [target.attributes[target.id_attribute]]
        raws = gateway.filter_size.ask([(one,) for one in ids], own, lambda part: _whole(gateway, own, part))
        writers.note(target.id_attribute, raws)
        found = [gateway.read(by_people(raw), attributes) for raw in raws]
    return {one.record_id: one for one in found}


def _whole(gateway: Gateway, own: Sequence[Attribute], keys: Sequence[tuple[Json, ...]]) -> list[JsonObject]:
    """The records under these ids in Attio's own form, also those that a short page does not show."""
    where = any_of(own, keys)
    return list(islice(walk(lambda offset: gateway.page(offset, where)), len(keys)))
