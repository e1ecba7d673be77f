"""Takes a snapshot of what Attio holds for a batch's rows: by their keys, or by one scan of all records.

Attio allows four times as many reads as writes, and a page holds 500 records, so reading first is cheap. This
module picks the way with fewer requests; `rows/diff` compares the rows with what was found.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol

from attio_api.listings import walk
from destination_attio.model.current import Current
from destination_attio.rows.keys import token, tokens_of
from destination_attio.workspace.filters import any_of, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor, Future

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.workspace.gateways import Gateway

SCAN_WORTH: Final = 8
"""Lookups up to which the object's size is not asked for, since looking up is cheap anyway."""
MORE_EXPECTED: Final = 4
"""Batches of the same size that are expected to follow a full one."""
_WIDEST: Final = 8


class Documents(Protocol):
    """The store of a scan: documents by place and id, found by their tokens."""

    def keep(self, place: str, docs: Iterable[tuple[str, JsonObject, Iterable[str]]]) -> None:
        """Store documents; an earlier one with the same id is replaced."""

    def drop(self, place: str, ids: Sequence[str]) -> None:
        """Remove these documents."""

    def clear(self, place: str) -> None:
        """Remove all documents of a place."""

    def find(self, place: str, tokens: Sequence[str]) -> dict[str, list[JsonObject]]:
        """The documents under each token."""


class Snapshot:
    """The records of one target, with the attributes that one stream's rows need."""

    def __init__(
        self, gateway: Gateway, match: Sequence[Attribute], scratch: Documents, pool: Executor, place: str
    ) -> None:
        """`place` separates this stream's documents from others' in the scratch file."""
        self._gateway, self._match, self._scratch = gateway, match, scratch
        self._pool, self._place = pool, place
        self._attributes: dict[str, Attribute] = {one.slug: one for one in match}
        self._is_scanned = False
        self._spent = 0
        self.is_stale = False

    def cover(self, attributes: Iterable[Attribute]) -> None:
        """Read these attributes too; a scan without them is made again."""
        new = {one.slug: one for one in attributes if one.slug not in self._attributes}
        if new:
            self._attributes |= new
            self._forget()

    def find(
        self, keys: Sequence[tuple[Json, ...]], *, rows_expected: int | None = None, is_full: bool = False
    ) -> dict[str, list[Current]]:
        """The records under each key, by the key's token."""
        wanted = {token(self._match, key): key for key in keys}
        self.is_stale = self._is_scanned
        if not self._is_scanned and self._scan_is_cheaper(len(wanted), rows_expected, is_full=is_full):
            self._scan()
        return self._scanned(list(wanted)) if self._is_scanned else self.look_up(list(wanted.values()))

    def look_up(self, keys: Sequence[tuple[Json, ...]]) -> dict[str, list[Current]]:
        """Look the keys up in Attio, many per request."""
        if not keys:  # as those of rows that match by nothing
            return {}
        parts = self._gateway.filter_size.parts(self._match, keys)
        self._spent += len(parts)
        wanted = {token(self._match, key) for key in keys}
        found: dict[str, dict[str, Current]] = {}
        for page in self._pool.map(self._ask, parts):
            for current in page:
                for one in tokens_of(self._match, current.values):
                    if one in wanted:
                        found.setdefault(one, {})[current.record_id] = current
        return {one: list(records.values()) for one, records in found.items()}

    def by_ids(self, ids: Sequence[str], where: JsonObject | None = None) -> dict[str, Current]:
        """The records with these ids as they are at this moment; those that are gone are missing.

        So are those that the filter does not let through.
        """
        attribute = self._gateway.target.attributes[self._gateway.target.id_attribute]
        parts = self._gateway.filter_size.parts([attribute], [(one,) for one in ids])

        def ask(part: Sequence[tuple[Json, ...]]) -> list[Current]:
            return self._ask_by([attribute], part, where)

        return {one.record_id: one for page in self._pool.map(ask, parts) for one in page}

    def remember(self, raw: JsonObject) -> Current:
        """Keep the record in Attio's answer to a write; returns its plain values."""
        current = self.read(raw)
        if self._is_scanned:
            self._keep([current])
        return current

    def read(self, raw: JsonObject) -> Current:
        """The plain values of one record, with the attributes that the stream's rows need."""
        return self._gateway.read(raw, self._attributes.values())

    def forget(self, record_id: str) -> None:
        """Forget a record that is gone."""
        self._scratch.drop(self._place, [record_id])

    def everything(self, where: JsonObject | None = None) -> Iterator[list[Current]]:
        """All records (that the filter lets through), in pages of which many are read at once."""
        return self._pages(where)

    def _forget(self) -> None:
        if self._is_scanned:
            self._scratch.clear(self._place)
        self._is_scanned = False

    def _scan_is_cheaper(self, keys: int, rows_expected: int | None, *, is_full: bool) -> bool:
        """Whether reading the whole object takes no more requests than the expected lookups."""
        horizon = MORE_EXPECTED if is_full else 1
        lookups = math.ceil(max(keys, rows_expected or 0) / self._gateway.filter_size.keys(self._match))
        worth = (self._spent + lookups) * (1 if rows_expected else horizon)
        if worth <= SCAN_WORTH:
            return False
        return not self._gateway.page(worth * self._gateway.page_size, limit=1)

    def _scan(self) -> None:
        for page in self.everything():
            self._keep(page)
        self._is_scanned = True

    def _keep(self, found: Iterable[Current]) -> None:
        docs = ((one.record_id, one.to_json(), tokens_of(self._match, one.values)) for one in found)
        self._scratch.keep(self._place, docs)

    def _scanned(self, tokens: Sequence[str]) -> dict[str, list[Current]]:
        found: Mapping[str, list[Any]] = self._scratch.find(self._place, tokens)
        return {one: [Current.from_json(doc) for doc in docs] for one, docs in found.items()}

    def _ask(self, keys: Sequence[tuple[Json, ...]]) -> list[Current]:
        return self._ask_by(self._match, keys)

    def _ask_by(
        self,
        attributes: Sequence[Attribute],
        keys: Sequence[tuple[Json, ...]],
        where: JsonObject | None = None,
    ) -> list[Current]:
        def ask(part: Sequence[tuple[Json, ...]]) -> list[Current]:
            return self._under(attributes, part, where)

        return self._gateway.filter_size.ask(keys, attributes, ask)

    def _under(
        self, attributes: Sequence[Attribute], keys: Sequence[tuple[Json, ...]], where: JsonObject | None
    ) -> list[Current]:
        """The records under some keys; a short page is the last one only when no record can follow it."""
        asked = both(any_of(attributes, keys, self._gateway.target.slug), where)
        rows = walk(lambda offset: self._page(offset, asked))
        if not _has_one_record_each(attributes):
            return list(rows)
        missing = {token(attributes, key) for key in keys}
        found: list[Current] = []
        for one in rows:
            found.append(one)
            missing.difference_update(tokens_of(attributes, one.values))
            if not missing:
                break
        return found

    def _page(self, offset: int, where: JsonObject | None) -> list[Current]:
        return self._gateway.currents(offset, where, tuple(self._attributes.values()))

    def _pages(self, where: JsonObject | None) -> Iterator[list[Current]]:
        """Pages in order, ever more of them read ahead; a short one ends it all when nothing follows."""
        size, asked, width, read = self._gateway.page_size, 0, 1, 0
        ahead: deque[Future[list[Current]]] = deque()
        while True:
            while len(ahead) < width:
                ahead.append(self._pool.submit(self._page, asked, where))
                asked += size
            page = ahead.popleft().result()
            width = min(width * 2, _WIDEST)
            read += len(page)
            if page:
                yield page
            if len(page) < size:
                for late in ahead:
                    late.cancel()
                ahead.clear()
                if not page:
                    return
                asked, width = read, 1


def _has_one_record_each(attributes: Sequence[Attribute]) -> bool:
    """Whether two records can never have the same key; they can where Attio holds a domain with its www."""
    return len(attributes) == 1 and attributes[0].is_unique and attributes[0].type != "domain"
