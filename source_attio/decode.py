"""Turns the bytes of one page of records or entries into rows, straight and only once.

What an attribute's value means is `attio_api`'s business, what a column is called `columns`'. This is where a
sync spends its time, so it makes no object that it does not need.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import orjson

from attio_api.errors import Unreadable
from attio_api.wire import JsonObject
from source_attio.columns import RAW_VALUES, Column, Kind
from source_attio.rows import Key, Page, Row, canonical, make_row


class PageReader:
    """Reads pages of one object's records, or of one list's entries."""

    def __init__(self, kind: Kind, columns: tuple[Column, ...], *, keep_raw: bool = False) -> None:
        self._kind = kind
        self._keep_raw = keep_raw
        self._single = [(c.slug, c.name, c.read) for c in columns if c.read and not c.many]
        self._many = [(c.slug, c.name, c.read) for c in columns if c.read and c.many]
        self._as_they_are = [(c.slug, c.name) for c in columns if c.read is None]

    def page(self, body: bytes, limit: int) -> Page:
        """Read a whole page; raises Unreadable when it is cut, no JSON, of another shape or out of order."""
        rows = [self._row(record) for record in _records(body)]
        for before, after in pairwise(rows):
            if before.key >= after.key:
                raise Unreadable("Attio did not keep the order that was asked for.")
        return Page(rows, full=len(rows) >= limit)

    def unordered(self, body: bytes) -> list[Row]:
        """Read rows that were asked for by id."""
        return [self._row(record) for record in _records(body)]

    def _row(self, record: Mapping[str, Any]) -> Row:
        kind = self._kind
        try:
            key = Key(canonical(record["created_at"]), record["id"][kind.id_column])
            values: Mapping[str, list[Any]] = record[kind.values_member]
            data: JsonObject = {kind.id_column: key.id, "created_at": record["created_at"]}
            for member in kind.members:
                data[member] = record[member]
            self._fill(data, values)
            updated_at = max(_newest(values), key.created_at)
        except (KeyError, TypeError, ValueError, AttributeError) as trouble:
            raise Unreadable(f"Attio's answer holds a {kind.noun} of an unknown shape.") from trouble
        data["updated_at"] = updated_at
        if self._keep_raw:
            data[RAW_VALUES] = dict(values)
        return make_row(key, updated_at, data)

    def _fill(self, data: JsonObject, values: Mapping[str, list[Any]]) -> None:
        for slug, name, read in self._single:
            if found := values.get(slug):
                plain = read(found[0])
                if plain is not None:
                    data[name] = plain
        for slug, name, read in self._many:
            if found := values.get(slug):
                data[name] = [read(value) for value in found]
        for slug, name in self._as_they_are:
            if found := values.get(slug):
                data[name] = found


def _newest(values: Mapping[str, list[Any]]) -> str:
    newest = ""
    for found in values.values():
        for value in found:
            since = value["active_from"]
            if since > newest:
                newest = canonical(since)
    return newest


def _records(body: bytes) -> list[Any]:
    try:
        whole = orjson.loads(body)
    except orjson.JSONDecodeError as trouble:
        raise Unreadable(f"Attio's answer of {len(body)} bytes is not JSON.") from trouble
    data = whole.get("data") if isinstance(whole, dict) else None
    if not isinstance(data, list):
        raise Unreadable("Attio's answer has no array where `data` should be.")
    return data
