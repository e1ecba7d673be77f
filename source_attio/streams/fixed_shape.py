"""Rows of a shape that is the same in every workspace: how one is read, and what its columns are."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from attio_api.errors import Gone, Malformed
from attio_api.wire import Json, JsonObject, as_object, as_objects, decode
from source_attio.decode.ids import in_path, row_id
from source_attio.decode.rows import Key, Page, Row, canonical, make_row, page_of, without_empty
from source_attio.read.context import Context


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """One kind of row, how it is read, and where Attio lists it."""

    name: str
    id_column: str
    path: str
    read: Callable[[Mapping[str, Any]], JsonObject]
    """Row as Attio sends it → its columns, besides id and creation time."""
    parameters: Mapping[str, str] | None = None
    newest_first: Mapping[str, str] | None = None
    """The parameters that turn the order round, where Attio lets it be chosen."""
    one_path: str | None = None
    """The path below which single rows are found, if it is not `path`."""

    def row(self, raw: Mapping[str, Any]) -> Row:
        """Read one row; raises Malformed when it has another shape."""
        try:
            key = Key(canonical(raw["created_at"]), row_id(raw["id"].get(self.id_column), self.id_column))
            data = {self.id_column: key.id, "created_at": raw["created_at"], **self.read(raw)}
            updated_at = max(key.created_at, *(moment(data.get(name)) for name in _LATER))
        except (KeyError, TypeError, ValueError, AttributeError) as trouble:
            kind = type(trouble).__name__
            raise Malformed(
                f"Attio's answer holds a row of {self.name} of another shape than it documents ({kind})."
            ) from None
        data["updated_at"] = updated_at
        return make_row(key, updated_at, without_empty(data))

    def one(self, body: bytes) -> Row:
        """Read an answer of one row; raises Unreadable or Malformed."""
        return self.row(as_object(as_object(decode(body), "the body").get("data"), "`data`"))

    def page(self, body: bytes, limit: int) -> Page:
        """Read a whole page; raises Unreadable or Malformed."""
        data = as_objects(as_object(decode(body), "the body").get("data"), "`data`")
        return page_of([self.row(raw) for raw in data], limit)


_LATER: Final = ("completed_at", "resolved_at")


def moment(value: Json) -> str:
    """Return a time as text that sorts by time; "" for anything but text, which sorts first."""
    return canonical(value) if isinstance(value, str) else ""


def actor(raw: object) -> Json:
    """Return an actor's type and id; None without an actor."""
    return {"type": raw.get("type"), "id": raw.get("id")} if isinstance(raw, dict) else None


def taken(raw: Mapping[str, Any], *names: str) -> JsonObject:
    """Return the named members unchanged; absent ones are null."""
    return {name: raw.get(name) for name in names}


def reread(stream: Fixed, context: Context, ids: list[str]) -> Future[list[Row]]:
    """Read the first of `ids` in the thread pool; an empty list when the row is gone."""
    return context.ask(partial(one_row, stream, context, ids[0]))


def one_row(stream: Fixed, context: Context, row_id: str) -> list[Row]:
    """Read one row by its id; an empty list when it is gone."""
    try:
        path = f"{stream.one_path or stream.path}/{in_path(row_id)}"
        return [context.client.fetch("GET", path, stream.one)]
    except Gone:
        return []
