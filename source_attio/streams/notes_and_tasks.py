"""The streams `notes` and `tasks`: Attio pages them by offset and does not say when a row changed."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from attio_api.wire import Json, JsonObject
from source_attio.decode.rows import Page, Row
from source_attio.emit.delivery import Delivery
from source_attio.read.context import Context
from source_attio.read.offset import OffsetListing
from source_attio.read.steps import Steps
from source_attio.streams.fixed_shape import Fixed, actor, reread, taken
from source_attio.streams.vanished import settle
from source_attio.workspace import Target


def _read_note(raw: Mapping[str, Any]) -> JsonObject:
    plain = taken(
        raw,
        *("parent_object", "parent_record_id", "title", "content_plaintext", "content_markdown"),
        *("meeting_id", "tags"),
    )
    return {**plain, "created_by": actor(raw.get("created_by_actor"))}


def _read_task(raw: Mapping[str, Any], slugs: Mapping[str, str]) -> JsonObject:
    links: list[Json] = []
    for link in raw["linked_records"]:
        # Attio names the object by its id or its slug; the column has the slug, as other streams do.
        target = link["target_object_id"]
        links.append({"object": slugs.get(target, target), "record_id": link["target_record_id"]})
    assignees: list[Json] = [
        {"type": each["referenced_actor_type"], "id": each["referenced_actor_id"]}
        for each in raw["assignees"]
    ]
    plain = taken(raw, "content_plaintext", "deadline_at", "is_completed", "completed_at")
    made_by = actor(raw.get("created_by_actor"))
    return {**plain, "linked_records": links, "assignees": assignees, "created_by": made_by}


NOTES: Final = Fixed(
    name="notes",
    id_column="note_id",
    path="/v2/notes",
    read=_read_note,
)


def tasks(objects: Iterable[Target]) -> Fixed:
    """Return the stream of tasks in a workspace that has these objects."""
    slugs = {each.id: each.slug for each in objects}
    return Fixed(
        name="tasks",
        id_column="task_id",
        path="/v2/tasks",
        parameters={"sort": "created_at:asc"},
        newest_first={"sort": "created_at:desc"},
        read=partial(_read_task, slugs=slugs),
    )


def scan(stream: Fixed, context: Context, delivery: Delivery, *, limit: int, refresh: bool = False) -> Steps:
    """Read the whole listing once and deliver what changed; a refresh delivers all of it."""

    def ask(offset: int) -> Future[Page]:
        return context.ask(partial(_page, stream, context, limit, offset, stream.parameters))

    def proof() -> Future[Page]:
        return context.ask(partial(_one_row, stream, context))

    def find(row_id: str) -> Future[list[Row]]:
        return reread(stream, context, [row_id])

    expected = delivery.state.noticing.memory.count()
    listing = OffsetListing(ask, proof, find, limit=limit, expected=expected, prefetch=context.prefetch)
    for step in listing.steps():
        if isinstance(step, Future):
            yield step
            continue
        yield from delivery.rows(step, fresh=refresh or delivery.state.noticing.first_pass)
    yield from settle(context, delivery, partial(reread, stream, context))
    yield from delivery.finish([], whole_pass=True, feed=delivery.feed_after_pass)


def _page(stream: Fixed, context: Context, limit: int, offset: int, order: Mapping[str, str] | None) -> Page:
    decode = partial(context.read, reader=partial(stream.page, limit=limit))
    params: dict[str, str | int | bool | None] = {"limit": limit, "offset": offset, **(order or {})}
    return context.client.fetch("GET", stream.path, decode, params=params)


def _one_row(stream: Fixed, context: Context) -> Page:
    """Return the newest row, or the oldest where no order can be chosen; none after two empty answers."""
    ask = partial(_page, stream, context, 1, 0, stream.newest_first)
    found = ask()
    return found if found.rows else ask()
