"""Rows (records and entries) and their indexes: by id, by moment, by unique value, by parent.

A row lives as values, as printed bytes, or as both. A hundred thousand seeded companies live as bytes
alone and are read back only when somebody looks inside; a page of them is a join of bytes.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable
from json import JSONDecoder
from typing import TypeAlias

from attio_emulator.contract.wire import JsonObject, dumps, loads

Value: TypeAlias = JsonObject
Values: TypeAlias = dict[str, list[Value]]
DECODER = JSONDecoder()


class Row:
    """One record or entry: its current values by slug, its history, and its printed bytes."""

    __slots__ = ("_values", "created_at", "history", "id", "parent", "raw", "version")

    def __init__(
        self,
        row_id: str,
        created_at: str,
        values: Values | None,
        *,
        raw: bytes | None = None,
        parent: tuple[str, str] | None = None,
    ) -> None:
        self.id = row_id
        self.created_at = created_at
        self.parent = parent
        self.history: dict[str, list[Value]] | None = None
        self.raw = raw
        self.version = 0
        self._values = values

    @property
    def values(self) -> Values:
        """The current values; values that were read back from bytes are kept."""
        if self._values is None:
            self.keep()
        return self.decoded_values()

    def decoded_values(self) -> Values:
        """The current values; values that were read back from bytes are not kept."""
        if self._values is not None:
            return self._values
        printed = loads(self.raw or b"{}")
        members: Values = printed.get("values") or printed.get("entry_values") or {}  # type: ignore[union-attr, assignment]  # we printed it
        return members

    def values_of(self, slug: str) -> list[Value]:
        """The current values of one attribute; of a printed row only that much is read back.

        A comma or brace, a quote, and a slug are a key wherever they stand: in a text the quote is escaped.
        """
        if self._values is not None:
            return self._values.get(slug, [])
        raw = self.raw or b""
        key = dumps(slug) + b":[{"
        start = raw.find(b"," + key)
        if start < 0:
            start = raw.find(b"{" + key)
        return [] if start < 0 else first_array(raw, start + len(key) - 1)

    def keep(self) -> None:
        """Read the values back from bytes and keep them, before the bytes lack some of them."""
        self._values = self.decoded_values()

    def forget_values(self) -> None:
        """Keep only the bytes of a printed row."""
        if self.raw is not None:
            self._values = None

    def drop_raw(self) -> None:
        """Forget the printed form."""
        self.raw = None


def first_array(raw: bytes, start: int) -> list[Value]:
    """The array of objects that starts at an offset; it mostly ends at the first `}]`."""
    try:
        values: list[Value] = loads(raw[start : raw.index(b"}]", start) + 2])  # type: ignore[assignment]  # we printed it
    except ValueError:  # that `}]` was inside a text
        values = DECODER.raw_decode(raw[start:].decode())[0]
    return values


class Table:
    """The rows of one object or list."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.version = 1
        self.unique: dict[str, dict[Hashable, str]] = {}
        self.ambiguous: set[str] = set()
        self.by_parent: dict[str, list[str]] = {}
        self._ids: list[str] | None = None
        self._moments: list[tuple[str, str]] | None = None

    def add(self, row: Row) -> None:
        """Add a new row; the caller indexes its unique values."""
        self.rows[row.id] = row
        if row.parent is not None:
            self.by_parent.setdefault(row.parent[1], []).append(row.id)
        if self._ids is not None:
            insort(self._ids, row.id)
        if self._moments is not None:
            insort(self._moments, (row.created_at, row.id))

    def extend(self, rows: Iterable[Row]) -> None:
        """Add many rows at once."""
        self._ids = self._moments = None
        for row in rows:
            self.add(row)

    def remove(self, row: Row) -> None:
        """Remove a row."""
        del self.rows[row.id]
        if row.parent is not None:
            self.by_parent[row.parent[1]].remove(row.id)
        if self._ids is not None:
            del self._ids[bisect_left(self._ids, row.id)]
        if self._moments is not None:
            del self._moments[bisect_left(self._moments, (row.created_at, row.id))]

    def ids(self) -> list[str]:
        """All ids, ascending: Attio's order without sorts."""
        if self._ids is None:
            self._ids = sorted(self.rows)
        return self._ids

    def moments(self) -> list[tuple[str, str]]:
        """(created_at, id) of all rows, ascending."""
        if self._moments is None:
            self._moments = sorted((row.created_at, row.id) for row in self.rows.values())
        return self._moments

    def sort(self) -> None:
        """Sort ids and moments now, so that the first query need not."""
        self.ids()
        self.moments()

    def index(self, attribute_id: str) -> dict[Hashable, str]:
        """The row ids by unique value of an attribute."""
        return self.unique.setdefault(attribute_id, {})

    def rename_values(self, old: str, new: str) -> None:
        """Move every row's values from one slug to another."""
        for row in self.rows.values():
            row.values[new] = row.values.pop(old, [])
            if row.history is not None and old in row.history:
                row.history[new] = row.history.pop(old)
            row.drop_raw()

    def rewrite(self, slug: str, mark: bytes, edit: Callable[[Value], Value]) -> None:
        """Edit the values of an attribute in rows that are not printed or whose bytes contain `mark`."""
        for row in self.rows.values():
            if row.raw is None or mark in row.raw:
                row.values[slug] = [edit(value) for value in row.values.get(slug, [])]
                row.drop_raw()
            for past in (row.history or {}).get(slug, []):
                past.update(edit(past))
