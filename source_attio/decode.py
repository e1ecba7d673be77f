"""Turns the bytes of one page of records or entries into rows, straight and only once.

What an attribute's value means is `attio_api`'s business, what a column is called `columns`', the page's
shape `layout`'s. This is where a sync spends its time, so it makes no object that it does not need.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import msgspec

from attio_api.definitions import Member, Members, Read
from attio_api.errors import Unreadable
from attio_api.wire import Json, JsonObject
from source_attio.columns import RAW_VALUES, Column, Kind
from source_attio.layout import BORN, decoder
from source_attio.rows import Key, Page, Row, canonical, make_row


class _Reading(NamedTuple):
    """How one column is read off its values."""

    since: Callable[[Any], str]
    name: str
    many: bool
    read: Callable[[Mapping[str, Any]], Json]


class PageReader:
    """Reads pages of one object's records, or of one list's entries."""

    def __init__(self, kind: Kind, columns: tuple[Column, ...], *, keep_raw: bool = False) -> None:
        self._kind, self._keep_raw = kind, keep_raw
        self._decode = decoder(kind, columns, keep_raw=keep_raw).decode
        self._readings = [_reading(column, keep_raw=keep_raw) for column in columns]
        slugs = [column.slug for column in columns]
        self._columns = partial(_of_dict, slugs) if keep_raw else _of_struct

    def page(self, body: bytes, limit: int) -> Page:
        """Read a whole page; raises Unreadable when it is cut, no JSON, of another shape or out of order."""
        rows = self.unordered(body)
        for before, after in pairwise(rows):
            if before.key.created_at > after.key.created_at:
                raise Unreadable("Attio did not keep the order that was asked for.")
        return Page(rows, full=len(rows) >= limit)

    def unordered(self, body: bytes) -> list[Row]:
        """Read rows that were asked for by id."""
        try:
            return [self._row(raw) for raw in self._decode(body).data]
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError, AttributeError) as trouble:
            # Without its text, which may quote a value.
            kind = type(trouble).__name__
            raise Unreadable(
                f"Attio's answer of {len(body)} bytes is cut, no JSON, or of another shape ({kind})."
            ) from None

    def _row(self, raw: Any) -> Row:  # noqa: ANN401 (a type made for these columns)
        made = canonical(raw.created_at)
        key = Key(self._born(raw.values) or made, raw.id.part)
        data: JsonObject = {self._kind.id_column: key.id, "created_at": raw.created_at}
        for member in self._kind.members:
            data[member] = getattr(raw, member)
        newest = self._fill(data, raw.values, made)
        data["updated_at"] = newest
        if self._keep_raw:
            data[RAW_VALUES] = raw.values
        return make_row(key, newest, data)

    def _born(self, values: Any) -> str | None:  # noqa: ANN401 (as above)
        """Return what Attio sorts and filters by as the time of creation."""
        if self._keep_raw:
            found = values.get(BORN)
            return canonical(found[0]["value"]) if found else None
        return canonical(values.born[0].value) if values.born else None

    def _fill(self, data: JsonObject, values: Any, newest: str) -> str:  # noqa: ANN401 (as above)
        """Read the columns; returns the newest time at which any of their values was set."""
        for found, (since, name, many, read) in zip(self._columns(values), self._readings, strict=True):
            if not found:
                continue
            plain: Json = [read(value) for value in found] if many else read(found[0])
            if plain is not None:
                data[name] = plain
            for value in found:
                moment = since(value)
                if moment > newest:
                    newest = canonical(moment)
        return newest


def _of_struct(values: msgspec.Struct) -> tuple[Any, ...]:
    """All columns in one call; before them lies the time of creation."""
    return msgspec.structs.astuple(values)[1:]


def _of_dict(slugs: list[str], values: Mapping[str, Any]) -> list[Any]:
    return [values.get(slug) for slug in slugs]


def _reading(column: Column, *, keep_raw: bool) -> _Reading:
    in_dicts = keep_raw or column.read is None
    return _Reading(
        since=itemgetter("active_from") if in_dicts else attrgetter("active_from"),
        name=column.name,
        many=column.many or column.read is None,
        read=_of_members(column.read) if column.read and not keep_raw else column.read or dict,
    )


def _of_members(read: Read) -> Callable[[Any], Json]:
    """Read what is nothing but members without a detour through Python."""
    if isinstance(read, Member):
        return attrgetter(read.name)
    if isinstance(read, Members):
        names, values = tuple(read.names), attrgetter(*read.names.values())
        return lambda value: dict(zip(names, values(value), strict=True))
    return read
