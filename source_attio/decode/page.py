"""Turns the bytes of one page of records or entries into rows.

`attio_api` defines how a value is read, `columns` the columns' names, `layout` the page's shape. A sync
spends most of its time here, so each row is decoded and filled in before the next.
"""

from itertools import pairwise
from typing import Any, Final

import msgspec

from attio_api.errors import Malformed, Unreadable
from attio_api.wire import Json, as_list, as_object, decode
from source_attio.decode.columns import RAW_VALUES, Column, Kind
from source_attio.decode.fill import filling
from source_attio.decode.ids import row_id
from source_attio.decode.layout import CREATION_TIME, can_be_declared, shapes
from source_attio.decode.rows import Key, Page, Row, canonical, make_row, page_of

_NOT_READ: Final = (msgspec.MsgspecError, KeyError, TypeError, ValueError, AttributeError)
"""What is raised for an answer that is cut, not JSON, or of another shape."""


class PageReader:
    """Reads pages of one object's records, or of one list's entries."""

    def __init__(self, kind: Kind, columns: tuple[Column, ...], *, keep_raw: bool = False) -> None:
        self._kind, self._keep_raw = kind, keep_raw
        self._in_dicts = keep_raw or not can_be_declared(columns)
        self._shapes = shapes(kind, columns, in_dicts=self._in_dicts, make=self._row)
        self._fill = filling(columns, in_dicts=self._in_dicts)

    def page(self, body: bytes, limit: int) -> Page:
        """Read a whole page.

        Raises Unreadable when it is cut, not JSON or out of order, Malformed when a row has another shape.
        """
        rows = self.unordered(body)
        for before, after in pairwise(rows):
            if before.key.created_at > after.key.created_at:
                raise Unreadable("Attio did not keep the order that was asked for.")
        return page_of(rows, limit)

    def one(self, body: bytes) -> Row:
        """Read an answer of one row; raises Unreadable or Malformed as `page` does."""
        try:
            return _made(self._shapes.one.decode(body).data)
        except _NOT_READ:
            return self._slowly(as_object(decode(body), "the body").get("data"))

    def unordered(self, body: bytes) -> list[Row]:
        """Read an answer of rows in any order; raises Unreadable or Malformed as `page` does."""
        try:
            return [_made(each) for each in self._shapes.page.decode(body).data]
        except _NOT_READ:
            whole = as_object(decode(body), "the body")
            return [self._slowly(raw) for raw in as_list(whole.get("data"), "`data`")]

    def _slowly(self, raw: Json) -> Row:
        """Read a row that was decoded without a shape, which takes texts that are none; raises Malformed."""
        ids = as_object(raw, "a row").get("id")
        own = row_id(ids.get(self._kind.id_column) if isinstance(ids, dict) else None, self._kind.id_column)
        try:
            return _made(msgspec.convert(raw, self._shapes.row))
        except _NOT_READ as trouble:
            # The error's own text is left out, since it may quote a value.
            kind = type(trouble).__name__
            raise Malformed(
                f"Attio's answer holds a row of another shape than it documents ({own}, {kind})."
            ) from None

    def _row(self, raw: Any) -> Row:  # noqa: ANN401 (a type made for these columns)
        made = canonical(raw.created_at)
        key = Key(self._born(raw.values) or made, row_id(raw.id.part, self._kind.id_column))
        data: dict[str, Any] = {self._kind.id_column: key.id, "created_at": raw.created_at}
        for member in self._kind.members:
            data[member] = getattr(raw, member)
        newest = self._fill(raw.values, data, made)
        data["updated_at"] = newest
        if self._keep_raw:
            data[RAW_VALUES] = raw.values
        return make_row(key, newest, data)

    def _born(self, values: Any) -> str | None:  # noqa: ANN401 (as above)
        """Return the attribute `created_at`, by which Attio sorts and filters; None when it has no value."""
        if self._in_dicts:
            found = values.get(CREATION_TIME)
            return canonical(found[0]["value"]) if found else None
        return canonical(values.born[0].value) if values.born else None


def _made(decoded: Any) -> Row:  # noqa: ANN401 (a type made for some columns)
    """Return the row that `shapes` left in place of the values."""
    row: Row = decoded.values
    return row
