"""The stream `attribute_values_history`: every value that chosen attributes ever had, and who set it.

Attio tells a history per record and attribute, so it is asked only for records whose present values of those
attributes changed. All of their history is delivered again; a row's key is made of ids and the value's time,
so the row replaces its earlier delivery. The history of a deleted record stays in the warehouse.
"""

import hashlib
import uuid
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

import orjson

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.errors import Gone, InvalidValue
from attio_api.listings import twice
from attio_api.wire import Json, JsonObject
from source_attio import refusals
from source_attio.decode.columns import CURSOR, DELETED_AT, Column
from source_attio.decode.ids import in_path
from source_attio.decode.rows import Row, canonical
from source_attio.emit.delivery import Delivery
from source_attio.read.context import Context
from source_attio.read.keyset import Range
from source_attio.read.steps import Awaited, Steps, arrival
from source_attio.streams.records import Query
from source_attio.workspace import Target


class PastValue(NamedTuple):
    """One value that a record had."""

    row: JsonObject
    old_key: str
    """The key of the row in states of the first version, which was made of slugs and titles."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryRequest:
    """One object, and those of its columns whose history is wanted."""

    query: Query
    columns: tuple[Column, ...]


def history(
    context: Context, watched: list[HistoryRequest], delivery: Delivery, titles: JsonObject, *, refresh: bool
) -> Steps:
    """Read all records, and deliver the history of those that changed.

    `titles` maps ids to the names that rows contain: when one changes, all histories are read again.
    """
    state = delivery.state
    noticing, span = state.noticing, Range(created_since=context.config.start_date)
    before = state.titles
    again = state.old_keys or any(titles.get(each, name) != name for each, name in before.items())
    for each in watched:
        for step in each.query.walk(span).steps():
            if isinstance(step, Future):
                yield step
                continue
            fresh = refresh or noticing.first_pass
            moments = [(row, noticing.changed_at(row, fresh=fresh)) for row in step]
            changed = [(row, moment or noticing.noticed_at) for row, moment in moments if moment or again]
            noticing.weigh()
            answers = [context.ask(partial(_of_record, context, each, row)) for row, _ in changed]
            for (_, moment), answer in zip(changed, answers, strict=True):
                found = yield from arrival(answer)
                yield from _delivered(delivery, found, moment)
            noticing.memory.confirm(row for row, _ in changed)
            yield from delivery.checkpoint_if_late()
    state.titles, state.old_keys = titles, False
    # Deleted records are forgotten without a tombstone, since their history stays in the warehouse.
    noticing.drop(noticing.unmet())
    yield from delivery.finish([], whole_pass=True, feed={})


def _delivered(delivery: Delivery, found: list[PastValue], moment: str) -> Steps:
    """Deliver one record's values; rows under keys of the first version are marked as deleted."""
    dated = [(max(moment, _settled_at(past.row)), past) for past in found]
    noticing = delivery.state.noticing
    noticing.newest = max([noticing.newest, *(when for when, _ in dated)])
    yield from delivery.outbox.rows({**past.row, CURSOR: when} for when, past in dated)
    if delivery.state.old_keys:
        gone: JsonObject = {"_deleted": True, **({DELETED_AT: moment} if delivery.removes else {})}
        marks: Iterator[JsonObject] = (
            {"value_id": past.old_key, CURSOR: when, **gone} for when, past in dated
        )
        yield from delivery.outbox.rows(marks)


def _of_record(context: Context, watched: HistoryRequest, row: Row) -> list[PastValue]:
    target, found = watched.query.target, list[PastValue]()
    for column in watched.columns:
        try:
            raw = of_attribute(context, target.slug, in_path(row.key.id), column.slug, single=not column.many)
        except Gone:
            continue
        found += list(_values(target, row.key.id, column, raw))
    return found


def of_attribute(
    context: Context, object_slug: str, record_id: str, attribute: str, *, single: bool = False
) -> list[JsonObject]:
    """Ask for one record's past values, twice where it has none; raises Misconfigured if Attio tells none."""
    ask = partial(context.client.value_history, "objects", object_slug, record_id, attribute, single=single)
    try:
        return twice(ask)
    except InvalidValue as refusal:
        raise refusals.NO_HISTORY(name=f"{object_slug}.{attribute}") from refusal


def _values(target: Target, record_id: str, column: Column, raw: list[JsonObject]) -> Iterator[PastValue]:
    ended: dict[str, str | None] = {}
    for value in raw:
        plain, since = _text(column, value), str(value.get("active_from"))
        # The key is made of ids alone, so that it stays when an admin changes a title or a slug.
        key = _key(target.id, record_id, column.attribute_id, since, _identity(value, plain))
        old_key = _key(target.slug, record_id, column.slug, since, plain or "")
        # Only an attribute of one value has previous values; of several values at once, none has one.
        previous = None if column.many else ended.get("last")
        ended["last"] = plain
        row: JsonObject = {
            "value_id": key,
            "object": target.slug,
            "record_id": record_id,
            "attribute": column.slug,
            "value": plain,
            "previous_value": previous,
            "active_from": value.get("active_from"),
            "active_until": value.get("active_until"),
            "set_by": _actor(value.get("created_by_actor")),
        }
        yield PastValue(row, old_key)


def _key(*parts: str) -> str:
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()
    return str(uuid.UUID(bytes=digest))


def _identity(value: Mapping[str, Any], plain: str | None) -> str:
    """Return the id of a value's option, status or record, else its text: unique among those of one time."""
    for member, part in (("option", "option_id"), ("status", "status_id")):
        held = value.get(member)
        ids = held.get("id") if isinstance(held, dict) else None
        if isinstance(ids, dict):
            return str(ids.get(part))
    return str(value.get("target_record_id") or plain or "")


def _settled_at(value: JsonObject) -> str:
    """Return a value's end, or its start while it lasts; a record's own times do not show a cleared value."""
    since, until = value["active_from"], value["active_until"]
    return max(canonical(each) for each in (since, until) if isinstance(each, str))


def _text(column: Column, value: Mapping[str, Any]) -> str | None:
    """Return a value as text, objects as JSON, since attributes of all types share one column."""
    known = ATTRIBUTE_TYPES.get(column.type)
    plain: Json = known.read(value) if known else dict(value)
    return plain if plain is None or isinstance(plain, str) else orjson.dumps(plain).decode()


def _actor(raw: Json) -> Json:
    return {"type": raw.get("type"), "id": raw.get("id")} if isinstance(raw, dict) else None


def titles(
    context: Context, watched: list[HistoryRequest], objects: Iterable[Target]
) -> Generator[Awaited, None, JsonObject]:
    """Ask for the names that rows contain, by id: of objects, attributes, options and statuses."""
    found: JsonObject = {each.id: each.slug for each in objects}
    asked: list[tuple[str, Future[list[JsonObject]]]] = []
    for each in watched:
        for column in each.columns:
            found[column.attribute_id] = column.slug
            if column.type in _CHOICES:
                part, things = _CHOICES[column.type]
                path = f"{each.query.target.address}/attributes/{column.attribute_id}/{things}"
                ask = partial(context.client.many, "GET", path, params={"show_archived": True})
                asked.append((part, context.ask_twice(ask)))
    for part, answer in asked:
        for choice in (yield from arrival(answer)):
            ids = choice.get("id")
            if isinstance(ids, dict):
                found[str(ids.get(part))] = choice.get("title")
    return found


_CHOICES: Final = {"select": ("option_id", "options"), "status": ("status_id", "statuses")}
