"""The stream `comments`: Attio lists threads only per record or entry, so each costs two requests."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from attio_api.errors import Gone, NotFound
from attio_api.listings import joined, twice
from attio_api.wire import Json, JsonObject, as_objects
from source_attio.decode.ids import in_path, row_id
from source_attio.decode.printing import parsed
from source_attio.decode.rows import Row
from source_attio.emit.delivery import Delivery
from source_attio.read.context import Context
from source_attio.read.cursors import CursorPage, all_rows, read_cursor_page
from source_attio.read.keyset import Range
from source_attio.read.steps import Steps, arrival
from source_attio.streams.fixed_shape import Fixed, actor, one_row, taken
from source_attio.streams.records import Query
from source_attio.streams.vanished import settle

THREADS_A_PAGE: Final = 50
COMMENTS_A_PAGE: Final = 250
_CUT_AT: Final = 80
"""Most comments of a thread that the listing shows."""


def _read_comment(raw: Mapping[str, Any]) -> JsonObject:
    record: Mapping[str, Any] = raw.get("record") or {}
    entry: Mapping[str, Any] = raw.get("entry") or {}
    places: JsonObject = {
        "object_id": record.get("object_id"),
        "record_id": record.get("record_id"),
        "list_id": entry.get("list_id"),
        "entry_id": entry.get("entry_id"),
    }
    people = {"author": actor(raw.get("author")), "resolved_by": actor(raw.get("resolved_by"))}
    return {**taken(raw, "thread_id", "content_plaintext", "resolved_at"), **places, **people}


COMMENTS: Final = Fixed(
    name="comments",
    id_column="comment_id",
    path="/v2/threads",
    one_path="/v2/comments",
    read=_read_comment,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One record or entry that may have comments."""

    target: str
    target_id: str
    row: str
    row_id: str

    def parameters(self) -> dict[str, str]:
        """The query parameters that select its threads."""
        return {self.target: self.target_id, self.row: self.row_id}

    def address(self) -> str:
        """Its path in Attio's API."""
        things = "records" if self.target == "object" else "entries"
        return f"/v2/{self.target}s/{self.target_id}/{things}/{in_path(self.row_id)}"


def comments(context: Context, queries: list[Query], delivery: Delivery, *, refresh: bool) -> Steps:
    """Deliver the comments on all records and entries that the queries list."""
    span = Range(created_since=context.config.start_date)
    passed: dict[str, set[str]] = {each.target.id: set() for each in queries if each.is_filtered}
    for query in queries:
        for step in query.walk(span).steps():
            if isinstance(step, Future):
                yield step
                continue
            if query.is_filtered:
                passed[query.target.id].update(row.key.id for row in step)
            for answer in [context.ask(partial(_on, context, _place(query, row))) for row in step]:
                found = yield from arrival(answer)
                yield from delivery.rows(found, fresh=refresh or delivery.state.noticing.first_pass)
    if not delivery.state.vanishing_explained:
        yield from settle(context, delivery, lambda ids: context.ask(partial(_find, context, passed, ids[0])))
    yield from delivery.finish([], whole_pass=True, feed={})


def _find(context: Context, passed: Mapping[str, set[str]], comment_id: str) -> list[Row]:
    """Read one comment; none when it is gone, or when what it is on does not pass the user's filter.

    `passed` holds the ids of the records and entries that do, by the id of each filtered object and list.
    """
    return [row for row in one_row(COMMENTS, context, comment_id) if _is_meant(row, passed)]


def _is_meant(row: Row, passed: Mapping[str, set[str]]) -> bool:
    columns = parsed(row.printed)
    places = (("list_id", "entry_id"), ("object_id", "record_id"))
    target, place = next(
        ((columns.get(one), columns[two]) for one, two in places if two in columns), ("", "")
    )
    return target not in passed or place in passed[str(target)]


def _place(query: Query, row: Row) -> Place:
    of_object = query.target.family == "objects"
    return Place(
        target="object" if of_object else "list",
        target_id=query.target.id,
        row=query.id_column,
        row_id=row.key.id,
    )


def _on(context: Context, place: Place) -> list[Row]:
    found: dict[str, Row] = {}
    try:
        for thread in _threads(context, place):
            for raw in _comments(context, thread):
                row = COMMENTS.row(raw)
                found[row.key.id] = row
    except NotFound:
        if _still_there(context, place):
            raise
        return []
    return list(found.values())


def _still_there(context: Context, place: Place) -> bool:
    """Whether the record or entry still exists: then "not found" is about the threads themselves."""
    try:
        context.client.call("GET", place.address())
    except Gone:
        return False
    return True


def _threads(context: Context, place: Place) -> Iterable[JsonObject]:
    """Return all threads of a record; that it has none is believed when it is answered twice."""
    ask = partial(context.client.page, COMMENTS.path, THREADS_A_PAGE, place.parameters())
    return twice(partial(joined, ask, THREADS_A_PAGE, _thread_id)).values()


def _comments(context: Context, thread: JsonObject) -> list[JsonObject]:
    listed = as_objects(thread.get("comments"), "`comments`")
    if len(listed) < _CUT_AT:
        return listed
    path = f"{COMMENTS.path}/{in_path(_thread_id(thread))}"
    try:
        return all_rows(partial(_page, context, path))
    except Gone:
        # The thread was deleted meanwhile; other threads still exist.
        return []


def _page(context: Context, path: str, cursor: str) -> CursorPage[JsonObject]:
    params = {"limit": COMMENTS_A_PAGE, "cursor": cursor or None}
    return context.client.fetch("GET", path, partial(read_cursor_page, inside="comments"), params=params)


def _thread_id(thread: JsonObject) -> str:
    ids: Json = thread.get("id")
    return row_id(ids.get("thread_id") if isinstance(ids, dict) else None, "thread_id")
