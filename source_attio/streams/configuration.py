"""The streams that describe how a workspace is set up; each sync reads them whole, by few small requests."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Final

from attio_api.listings import joined
from attio_api.wire import Json, JsonObject, as_object, as_rows, decode
from source_attio.decode.ids import in_path, row_id
from source_attio.emit.messages import Outbox
from source_attio.read.context import Context
from source_attio.read.cursors import CursorPage, pages, read_cursor_page
from source_attio.read.steps import Steps, arrival
from source_attio.register import Declared
from source_attio.workspace import Target

_VIEWS_A_PAGE: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """The differences between the streams of options and of statuses."""

    id_column: str
    attribute_type: str
    path: str


SELECT: Final = Choices(id_column="option_id", attribute_type="select", path="options")
STATUS: Final = Choices(id_column="status_id", attribute_type="status", path="statuses")


def listing(context: Context, declared: Declared, outbox: Outbox) -> Steps:
    """Deliver a listing that Attio answers whole, with the parts of its composite ids as columns."""
    rows = partial(_rows, declared.primary_key[0])
    raw = yield from arrival(context.ask_twice(partial(context.client.fetch, "GET", declared.path, rows)))
    yield from outbox.rows(_named(map(_with_ids, raw), *declared.primary_key))
    yield outbox.state({"version": 1})


def paged(context: Context, declared: Declared, outbox: Outbox) -> Steps:
    """Deliver a listing by offset; pages share a row, so that a deletion in between hides none."""

    def key(raw: JsonObject) -> tuple[str, ...]:
        row = _with_ids(raw)
        return tuple(row_id(row.get(name), name) for name in declared.primary_key)

    ask = partial(context.client.page, declared.path, declared.page_size, None)
    found = yield from arrival(context.ask_twice(partial(joined, ask, declared.page_size, key)))
    yield from outbox.rows(map(_with_ids, found.values()))
    yield outbox.state({"version": 1})


def views(context: Context, targets: Iterable[Target], outbox: Outbox) -> Steps:
    """Deliver the views of every object and list, archived ones too."""
    for target in targets:
        for step in pages(partial(_views, context, target)):
            if isinstance(step, Future):
                yield step
                continue
            yield from outbox.rows(_named((_owned(target, each) for each in step), "view_id"))
    yield outbox.state({"version": 1})


def _views(context: Context, target: Target, cursor: str) -> Future[CursorPage[JsonObject]]:
    params = {"limit": _VIEWS_A_PAGE, "cursor": cursor or None, "show_archived": True}
    path = f"{target.address}/views"
    return context.ask(partial(context.client.fetch, "GET", path, read_cursor_page, params=params))


def attributes(context: Context, targets: Iterable[Target], outbox: Outbox) -> Steps:
    """Deliver every attribute, archived ones too."""
    for target, answer in _all_attributes(context, targets):
        raw = yield from arrival(answer)
        yield from outbox.rows(_named((_owned(target, each) for each in raw), "attribute_id"))
    yield outbox.state({"version": 1})


def choices(context: Context, targets: Iterable[Target], outbox: Outbox, kind: Choices) -> Steps:
    """Deliver every option or status, archived ones too."""
    answers: list[tuple[JsonObject, Future[list[JsonObject]]]] = []
    for target, answer in _all_attributes(context, targets):
        raw = yield from arrival(answer)
        for attribute in raw:
            if attribute.get("type") == kind.attribute_type:
                owned = _owned(target, attribute)
                own = in_path(row_id(owned.get("attribute_id"), "attribute_id"))
                path = f"{target.address}/attributes/{own}/{kind.path}"
                job = partial(context.client.many, "GET", path, params={"show_archived": True})
                answers.append((owned, context.ask_twice(job)))
    for owned, listed in answers:
        found = yield from arrival(listed)
        yield from outbox.rows(_named((_choice(owned, each) for each in found), kind.id_column))
    yield outbox.state({"version": 1})


def _all_attributes(
    context: Context, targets: Iterable[Target]
) -> list[tuple[Target, Future[list[JsonObject]]]]:
    ask: Callable[..., list[JsonObject]] = context.client.raw_attributes
    return [(each, context.ask(partial(ask, each.family, each.slug, show_archived=True))) for each in targets]


def _owned(target: Target, raw: JsonObject) -> JsonObject:
    owner: dict[str, Json] = {"target": target.family, "target_id": target.id, "target_slug": target.slug}
    return {**_flat(raw), **owner}


def _choice(attribute: JsonObject, raw: JsonObject) -> JsonObject:
    owner = {name: attribute[name] for name in ("target", "target_id", "target_slug", "attribute_id")}
    return {**_flat(raw), **owner, "attribute_slug": attribute.get("api_slug")}


def _flat(raw: JsonObject) -> JsonObject:
    # For a list's attributes Attio calls the list's id `object_id`, so the column `target_id` replaces it.
    ids = raw.get("id")
    known: Mapping[str, Json] = ids if isinstance(ids, dict) else {}
    kept = {
        name: value for name, value in known.items() if name not in {"object_id", "list_id", "workspace_id"}
    }
    return {**{name: value for name, value in raw.items() if name != "id"}, **kept}


def _named(rows: Iterable[JsonObject], *keys: str) -> Iterator[JsonObject]:
    """Yield rows; raises Malformed for one without its key, by which a warehouse could not tell it apart."""
    for row in rows:
        for key in keys:
            row_id(row.get(key), key)
        yield row


def _rows(key: str, body: bytes) -> list[JsonObject]:
    """Read an answer that is one row, as that of `/v2/self`, or has rows in its `data`; raises Unreadable."""
    whole = as_object(decode(body), "the body")
    return [whole] if key in whole else as_rows(whole.get("data"), "`data`")


def _with_ids(row: JsonObject) -> JsonObject:
    ids = row.get("id")
    plain = {name: value for name, value in row.items() if name != "id"}
    return {**plain, **ids} if isinstance(ids, dict) else row
