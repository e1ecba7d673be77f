"""The streams `meetings` and `call_recordings`, beta in Attio: paged by cursor, recordings per meeting."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from attio_api.errors import Gone, Unreadable
from attio_api.wire import Json, JsonObject
from source_attio.decode.ids import in_path
from source_attio.decode.rows import Row, page_of
from source_attio.emit.delivery import Delivery
from source_attio.read.context import Context
from source_attio.read.cursors import CursorPage, Item, all_rows, pages, read_cursor_page
from source_attio.read.steps import Reading, Steps, arrival
from source_attio.streams.fixed_shape import Fixed, actor, reread, taken
from source_attio.streams.vanished import refuse_implausible, settle


def _read_meeting(raw: Mapping[str, Any]) -> JsonObject:
    links: list[Json] = [
        {"object": each.get("object_slug"), "record_id": each.get("record_id")}
        for each in raw.get("linked_records") or []
    ]
    plain = taken(raw, "title", "description", "is_all_day", "start", "end", "participants")
    return {**plain, "linked_records": links, "created_by": actor(raw.get("created_by_actor"))}


def _read_recording(raw: Mapping[str, Any]) -> JsonObject:
    # The video's address is left out: it is valid for an hour, so every row would differ in every sync.
    ids = {"meeting_id": raw["id"]["meeting_id"]}
    plain = taken(raw, "status", "web_url", "transcript")
    return {**ids, **plain, "created_by": actor(raw.get("created_by_actor"))}


_MOST_WALKS: Final = 3
"""After this many walks that end before the meeting that starts last, reading fails."""
MEETINGS: Final = Fixed(
    name="meetings",
    id_column="meeting_id",
    path="/v2/meetings",
    read=_read_meeting,
)
RECORDINGS: Final = Fixed(
    name="call_recordings",
    id_column="call_recording_id",
    path="/v2/meetings/{meeting_id}/call_recordings",
    read=_read_recording,
)


def meetings(context: Context, delivery: Delivery, *, refresh: bool) -> Steps:
    """Deliver all meetings that changed; a refresh delivers all meetings."""
    for step in _listed(context):
        if isinstance(step, Future):
            yield step
            continue
        fresh = refresh or delivery.state.noticing.first_pass
        yield from delivery.rows(step, fresh=fresh)
    yield from settle(context, delivery, partial(reread, MEETINGS, context))
    yield from delivery.finish([], whole_pass=True, feed={})


def recordings(context: Context, delivery: Delivery, *, refresh: bool) -> Steps:
    """Deliver the recordings of each meeting, with their transcripts.

    A recording is found only through its meeting, so when some were not met everything is read once more.
    """
    yield from _all_recordings(context, delivery, refresh=refresh)
    if delivery.state.noticing.unmet():
        yield from _all_recordings(context, delivery, refresh=refresh)
    yield from refuse_implausible(context, delivery)
    yield from delivery.finish([], whole_pass=True, feed={})


def _all_recordings(context: Context, delivery: Delivery, *, refresh: bool) -> Steps:
    for step in _listed(context):
        if isinstance(step, Future):
            yield step
            continue
        for answer in [context.ask(partial(_of_meeting, context, row.key.id)) for row in step]:
            found = yield from arrival(answer)
            yield from delivery.rows(found, fresh=refresh or delivery.state.noticing.first_pass)


def _listed(context: Context) -> Reading:
    """Yield the meetings page by page, until the one that starts last was among them."""
    asked, met = _last(context), dict[str, bytes]()
    for _ in range(_MOST_WALKS):
        for step in pages(partial(_ask, context)):
            if isinstance(step, Future):
                yield step
                continue
            yield [row for row in step if met.get(row.key.id) != row.digest]
            met |= {row.key.id: row.digest for row in step}
        last = yield from arrival(asked)
        if met.keys() >= last and (last or not met):
            return
        # It may have been deleted since; but an empty answer does not prove that.
        now = yield from arrival(_last(context))
        known = next(iter(last or met))
        if met.keys() >= now if now else not (yield from arrival(reread(MEETINGS, context, [known]))):
            return
    raise Unreadable("Attio's pages end before its last meeting, again and again.")


def _last(context: Context) -> Future[set[str]]:
    """Ask for the id of the meeting that starts last; there is none after two empty answers."""
    params: dict[str, str | int | bool | None] = {"limit": 1, "sort": "start_desc"}
    ask = partial(context.client.fetch, "GET", MEETINGS.path, _read_page, params=params)
    return context.ask(lambda: {row.key.id for row in ask()[0] or ask()[0]})


def _ask(context: Context, cursor: str) -> Future[CursorPage[Row]]:
    return context.ask(partial(_page, context, MEETINGS.path, _read_page, cursor))


def _read_page(body: bytes) -> CursorPage[Row]:
    found, following = read_cursor_page(body)
    return page_of([MEETINGS.row(raw) for raw in found], 0).rows, following


def _page(
    context: Context, path: str, read: Callable[[bytes], CursorPage[Item]], cursor: str
) -> CursorPage[Item]:
    params = {"limit": context.limits.meetings_a_page, "cursor": cursor or None}
    return context.client.fetch("GET", path, read, params=params)


def _of_meeting(context: Context, meeting_id: str) -> list[Row]:
    path = RECORDINGS.path.format(meeting_id=in_path(meeting_id))
    try:
        listed = all_rows(partial(_page, context, path, read_cursor_page))
    except Gone:
        # The meeting was deleted meanwhile, and its recordings with it.
        return []
    found: list[Row] = []
    for each in listed:
        found += _recording(context, f"{path}/{in_path(RECORDINGS.row(each).key.id)}")
    return found


def _recording(context: Context, path: str) -> list[Row]:
    try:
        return [context.client.fetch("GET", path, RECORDINGS.one)]
    except Gone:
        return []
