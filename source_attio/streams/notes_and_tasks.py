"""The streams `notes` and `tasks`: paged by offset, without any sign of when a row changed."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from attio_api.errors import Gone, Unreadable
from attio_api.wire import Json, JsonObject, as_object, as_objects, decode
from source_attio.columns import ADDED, MOMENT, TEXT, TRUTH, object_schema
from source_attio.context import Context
from source_attio.delivery import Delivery
from source_attio.listing import Listing
from source_attio.rows import Key, Page, Row, canonical, make_row, without_empty
from source_attio.steps import Steps

ACTOR: Final[JsonObject] = {"type": ["null", "object"], "properties": {"type": TEXT, "id": TEXT}}


def _array(**properties: Json) -> JsonObject:
    return {"type": ["null", "array"], "items": {"type": ["null", "object"], "properties": dict(properties)}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """A listing with columns that are the same in every workspace."""

    name: str
    id_column: str
    path: str
    page: Callable[[Context], int]
    parameters: Mapping[str, str]
    properties: JsonObject
    read: Callable[[Mapping[str, Any]], JsonObject]
    """What Attio sends → the columns, besides id and creation."""

    def schema(self) -> JsonObject:
        """Return the JSON schema of a row."""
        return object_schema({self.id_column: TEXT, "created_at": MOMENT, **self.properties, **ADDED})

    def row(self, raw: Mapping[str, Any]) -> Row:
        """Read one row; raises Unreadable when it has another shape."""
        try:
            key = Key(canonical(raw["created_at"]), str(raw["id"][self.id_column]))
            data = {self.id_column: key.id, "created_at": raw["created_at"], **self.read(raw)}
        except (KeyError, TypeError, ValueError, AttributeError) as trouble:
            raise Unreadable(f"Attio's answer holds a row of {self.name} of an unknown shape.") from trouble
        updated_at = max(key.created_at, _moment(data.get("completed_at")))
        data["updated_at"] = updated_at
        return make_row(key, updated_at, without_empty(data))

    def one(self, body: bytes) -> Row:
        """Read a single row."""
        return self.row(as_object(as_object(decode(body), "the body").get("data"), "`data`"))

    def rows(self, body: bytes, limit: int) -> Page:
        """Read a whole page."""
        data = as_objects(as_object(decode(body), "the body").get("data"), "`data`")
        return Page([self.row(raw) for raw in data], full=len(data) >= limit)


def _moment(value: Json) -> str:
    return canonical(value) if isinstance(value, str) else ""


def _actor(raw: object) -> Json:
    return {"type": raw.get("type"), "id": raw.get("id")} if isinstance(raw, dict) else None


def _taken(raw: Mapping[str, Any], *names: str) -> JsonObject:
    return {name: raw.get(name) for name in names}


def _read_note(raw: Mapping[str, Any]) -> JsonObject:
    plain = _taken(
        raw,
        *("parent_object", "parent_record_id", "title", "content_plaintext", "content_markdown"),
        *("meeting_id", "tags"),
    )
    return {**plain, "created_by": _actor(raw.get("created_by_actor"))}


def _read_task(raw: Mapping[str, Any]) -> JsonObject:
    links: list[Json] = [
        {"object": link["target_object_id"], "record_id": link["target_record_id"]}
        for link in raw["linked_records"]
    ]
    assignees: list[Json] = [
        {"type": each["referenced_actor_type"], "id": each["referenced_actor_id"]}
        for each in raw["assignees"]
    ]
    plain = _taken(raw, "content_plaintext", "deadline_at", "is_completed", "completed_at")
    made_by = _actor(raw.get("created_by_actor"))
    return {**plain, "linked_records": links, "assignees": assignees, "created_by": made_by}


NOTES: Final = Fixed(
    name="notes",
    id_column="note_id",
    path="/v2/notes",
    page=lambda context: context.limits.notes_a_page,
    parameters={},
    properties={
        "parent_object": TEXT,
        "parent_record_id": TEXT,
        "title": TEXT,
        "content_plaintext": TEXT,
        "content_markdown": TEXT,
        "meeting_id": TEXT,
        "tags": _array(type=TEXT, workspace_member_id=TEXT, object=TEXT, record_id=TEXT),
        "created_by": ACTOR,
    },
    read=_read_note,
)
TASKS: Final = Fixed(
    name="tasks",
    id_column="task_id",
    path="/v2/tasks",
    page=lambda context: context.limits.tasks_a_page,
    parameters={"sort": "created_at:asc"},
    properties={
        "content_plaintext": TEXT,
        "deadline_at": MOMENT,
        "is_completed": TRUTH,
        "completed_at": MOMENT,
        "linked_records": _array(object=TEXT, record_id=TEXT),
        "assignees": _array(type=TEXT, id=TEXT),
        "created_by": ACTOR,
    },
    read=_read_task,
)


def reread(stream: Fixed, context: Context, ids: list[str]) -> Future[list[Row]]:
    """Have one row read again by another thread."""

    def read() -> list[Row]:
        try:
            return [context.client.fetch("GET", f"{stream.path}/{ids[0]}", stream.one)]
        except Gone:
            return []

    return context.ask(read)


def scan(stream: Fixed, context: Context, delivery: Delivery, *, refresh: bool = False) -> Steps:
    """Go through the whole listing once; a refresh delivers all of it."""
    limit = stream.page(context)

    def ask(offset: int) -> Future[Page]:
        decode = partial(context.read, reader=partial(stream.rows, limit=limit))
        params: dict[str, str | int | bool | None] = {**stream.parameters, "limit": limit, "offset": offset}
        return context.ask(partial(context.client.fetch, "GET", stream.path, decode, params=params))

    expected = delivery.state.noticing.memory.count()
    listing = Listing(ask, limit=limit, expected=expected, lookahead=context.lookahead)
    for step in listing.steps():
        if isinstance(step, Future):
            yield step
            continue
        fresh = refresh or delivery.state.noticing.first_pass
        yield from delivery.rows(step, fresh=fresh)
    yield from delivery.finish([], whole_pass=True, feed=delivery.feed_after_pass)
