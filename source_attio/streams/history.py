"""The stream `attribute_values_history`: every value that chosen attributes ever had, and who set it.

Attio tells a history per record and attribute, so only records whose present values of those attributes
changed are asked for; all of their history is then delivered again, which a key made of the value's moment
makes harmless. The history of a deleted record stays in the warehouse: it is what was.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.errors import Gone, InvalidValue, Misconfigured
from attio_api.wire import Json, JsonObject
from source_attio.decode.columns import CURSOR, MOMENT, TEXT, Column, object_schema
from source_attio.decode.rows import Row, canonical
from source_attio.emit.delivery import Delivery
from source_attio.read.context import Context
from source_attio.read.keyset import Range, Walk
from source_attio.read.steps import Steps, arrival
from source_attio.streams.fixed_shape import ACTOR
from source_attio.streams.records import Query

SCHEMA: Final = object_schema(
    {
        "value_id": TEXT,
        "object": TEXT,
        "record_id": TEXT,
        "attribute": TEXT,
        "value": TEXT,
        "previous_value": TEXT,
        "active_from": MOMENT,
        "active_until": MOMENT,
        "set_by": ACTOR,
        CURSOR: MOMENT,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """One object, and the columns of it whose history is wanted."""

    query: Query
    columns: tuple[Column, ...]


def history(context: Context, watched: list[Watched], delivery: Delivery, *, refresh: bool) -> Steps:
    """Go through the records, and deliver the history of those that changed."""
    noticing, span = delivery.state.noticing, Range(created_since=context.config.start_date)
    for each in watched:
        limit = context.limits.records_a_page
        walk = Walk(each.query.page, span, limit=limit, lookahead=context.lookahead)
        for step in walk.steps():
            if isinstance(step, Future):
                yield step
                continue
            fresh = refresh or noticing.first_pass
            changed = [(row, moment) for row in step if (moment := noticing.changed_at(row, fresh=fresh))]
            answers = [context.ask(partial(_of_record, context, each, row)) for row, _ in changed]
            for (_, moment), answer in zip(changed, answers, strict=True):
                found = yield from arrival(answer)
                dated = [(max(moment, _settled_at(value)), value) for value in found]
                noticing.newest = max([noticing.newest, *(when for when, _ in dated)])
                yield from delivery.outbox.rows({**value, CURSOR: when} for when, value in dated)
            noticing.memory.confirm(row for row, _ in changed)
    # What vanished is forgotten without a mark: its history stays true.
    noticing.drop(noticing.unmet())
    yield from delivery.finish([], whole_pass=True, feed={})


def _of_record(context: Context, watched: Watched, row: Row) -> list[JsonObject]:
    target, found = watched.query.target, []
    for column in watched.columns:
        try:
            raw = of_attribute(context, target.slug, row.key.id, column.slug)
        except Gone:
            continue
        found += list(_values(target.slug, row.key.id, column, raw))
    return found


def of_attribute(context: Context, object_slug: str, record_id: str, attribute: str) -> list[JsonObject]:
    """Ask for one record's past values; raises Misconfigured where Attio tells none."""
    try:
        return context.client.value_history("objects", object_slug, record_id, attribute)
    except InvalidValue as refusal:
        raise Misconfigured(
            f"Attio tells no history of '{object_slug}.{attribute}', which it fills in itself.",
            remedy="Take it out of `history_attributes`.",
        ) from refusal


def _values(owner: str, record_id: str, column: Column, raw: list[JsonObject]) -> Iterator[JsonObject]:
    ended: dict[str, str | None] = {}
    for value in raw:
        plain, since = _text(column, value), str(value.get("active_from"))
        name = "\0".join([owner, record_id, column.slug, since, plain or ""])
        # A single value follows the one before it; of several at once, none follows another.
        previous = None if column.many else ended.get("last")
        ended["last"] = plain
        yield {
            "value_id": str(uuid.UUID(bytes=hashlib.blake2b(name.encode(), digest_size=16).digest())),
            "object": owner,
            "record_id": record_id,
            "attribute": column.slug,
            "value": plain,
            "previous_value": previous,
            "active_from": value.get("active_from"),
            "active_until": value.get("active_until"),
            "set_by": _actor(value.get("created_by_actor")),
        }


def _settled_at(value: JsonObject) -> str:
    """When it became what it is: that it ended does not show in the record's times when it was cleared."""
    since, until = value["active_from"], value["active_until"]
    return max(canonical(each) for each in (since, until) if isinstance(each, str))


def _text(column: Column, value: Mapping[str, Any]) -> str | None:
    """Write a value as text, for attributes of all types share a column: objects as JSON."""
    known = ATTRIBUTE_TYPES.get(column.type)
    plain: Json = known.read(value) if known else dict(value)
    return plain if plain is None or isinstance(plain, str) else orjson.dumps(plain).decode()


def _actor(raw: Json) -> Json:
    return {"type": raw.get("type"), "id": raw.get("id")} if isinstance(raw, dict) else None
