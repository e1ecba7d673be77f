"""Reads streams of records and entries in order of their keys, and delivers changed rows and tombstones."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import TypeVar

from attio_api.errors import BadFilter, Gone, TooManyValues
from attio_api.filter_values import MOST_VALUES, constraint_values
from attio_api.listings import twice
from attio_api.wire import Json, JsonObject
from source_attio import refusals
from source_attio.changes.detection import ChangeDetection
from source_attio.decode.ids import in_path
from source_attio.decode.page import PageReader
from source_attio.decode.rows import Page, Row
from source_attio.emit.delivery import Delivery
from source_attio.read.context import Context
from source_attio.read.keyset import Range
from source_attio.read.proven_walk import ProvenWalk
from source_attio.read.short_pages import PageQuery
from source_attio.read.steps import Steps
from source_attio.streams.vanished import settle
from source_attio.workspace import Target

Result = TypeVar("Result")


@dataclass(slots=True)
class Learned:
    """What Attio has refused so far in this sync; shared by all requests of a stream."""

    by_id: bool = True
    """Whether Attio orders rows by id: it documents an order by attributes, and says nothing of ids."""
    most_values: int = MOST_VALUES
    """How many constraint values one filter may hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """How one object's records or one list's entries are asked for."""

    context: Context
    target: Target
    reader: PageReader
    id_column: str
    learned: Learned = field(default_factory=Learned)

    @property
    def is_filtered(self) -> bool:
        """Whether the user has a filter for the object or list."""
        return self.context.config.filter_for(self.target.slug, self.target.id) is not None

    def walk(self, span: Range) -> ProvenWalk:
        """Return a way through all rows of a range."""
        limit, prefetch = self.context.limits.records_a_page, self.context.prefetch
        return ProvenWalk(self.page, self.newest, self.find, span, limit=limit, prefetch=prefetch)

    def page(self, ask: PageQuery) -> Future[Page]:
        """Read one page in the thread pool."""
        limit = self.context.limits.records_a_page
        decode = partial(self.context.read, reader=partial(self.reader.page, limit=limit))
        return self.context.ask(partial(self._send_in_order, self._body(ask, limit), decode))

    def newest(self, within: PageQuery) -> Future[Row | None]:
        """Read the newest row of a range in the thread pool; None when the answer is empty twice."""
        return self.context.ask(partial(self._newest, self._body(within, 1)))

    def _newest(self, body: JsonObject) -> Row | None:
        decode = partial(self.context.read, reader=self.reader.unordered)
        ask = partial(self._send_in_order, body, decode, "desc")
        return max(twice(ask), key=attrgetter("key"), default=None)

    def _body(self, ask: PageQuery, limit: int) -> JsonObject:
        wanted = self._filter(ask)
        return {"limit": limit, "offset": ask.offset, **({"filter": wanted} if wanted else {})}

    @property
    def ids_a_request(self) -> int:
        """How many ids fit into one request beside the other values of its filter."""
        return max(self.learned.most_values - constraint_values(self._bounded()), 1)

    def find(self, row_id: str) -> Future[list[Row]]:
        """Read one row in the thread pool by a path of its own; where the user filters, by the filter."""
        if self.is_filtered:
            return self.look_up([row_id])
        return self.context.ask(partial(self._one, row_id))

    def reread(self, ids: list[str]) -> Future[list[Row]]:
        """Read rows by id in the thread pool; the answer lacks those that are gone."""
        return self.context.ask(partial(self._by_ids, list(ids)))

    def look_up(self, ids: list[str]) -> Future[list[Row]]:
        """Read rows by id in the thread pool, one by one where Attio does not filter by id."""
        return self.context.ask(partial(self._by_ids_or_each, list(ids)))

    def _by_ids_or_each(self, ids: list[str]) -> list[Row]:
        try:
            return self._by_ids(ids)
        except BadFilter:
            # A row asked for alone ignores the user's filter; with one, the rows count as gone instead.
            if self.is_filtered:
                return []
        return [row for row_id in ids for row in self._one(row_id)]

    def _one(self, row_id: str) -> list[Row]:
        path = f"{self.target.address}/{self._things}/{in_path(row_id)}"
        try:
            return [self.context.client.fetch("GET", path, self.reader.one)]
        except Gone:
            return []

    def _by_ids(self, ids: list[str]) -> list[Row]:
        """Ask for as many rows at once as fit a request; if Attio refuses so many, for half from then on."""
        size = self.ids_a_request
        if len(ids) > size:
            return [row for at in range(0, len(ids), size) for row in self._by_ids(ids[at : at + size])]
        body: JsonObject = {"filter": self._bounded({self.id_column: {"$in": [*ids]}}), "limit": len(ids)}
        decode = partial(self.context.read, reader=self.reader.unordered)
        try:
            found = twice(partial(self._send, body, decode))
            if {row.key.id for row in found} <= {*ids}:
                return found
            raise refusals.FOREIGN_ROWS()
        except TooManyValues:
            if len(ids) == 1:
                raise
        fitting = len(ids) // 2 + constraint_values(self._bounded())
        self.learned.most_values = min(self.learned.most_values, fitting)
        return self._by_ids(ids)

    def _bounded(self, *ours: JsonObject) -> JsonObject:
        since = self.context.config.start_date
        bounds: JsonObject = {"created_at": {"$gte": since}} if since else {}
        return self._with_own(*ours, bounds)

    def _send_in_order(
        self, body: JsonObject, decode: Callable[[bytes], Result], direction: str = "asc"
    ) -> Result:
        by_id = self.learned.by_id
        try:
            return self._send({**body, "sorts": self._sorts(direction, by_id=by_id)}, decode)
        except BadFilter:
            if not by_id:
                raise
            answer = self._send({**body, "sorts": self._sorts(direction, by_id=False)}, decode)
        self.learned.by_id = False
        return answer

    def _sorts(self, direction: str, *, by_id: bool) -> list[Json]:
        names = ("created_at", self.id_column) if by_id else ("created_at",)
        return [{"attribute": name, "direction": direction} for name in names]

    def _send(self, body: JsonObject, decode: Callable[[bytes], Result]) -> Result:
        path = f"{self.target.address}/{self._things}/query"
        return self.context.client.fetch("POST", path, decode, json=body)

    @property
    def _things(self) -> str:
        return "records" if self.target.family == "objects" else "entries"

    def _filter(self, ask: PageQuery) -> JsonObject:
        bounds: dict[str, Json] = {}
        if ask.since:
            bounds["$gte"] = ask.since
        if ask.until:
            bounds["$lte"] = ask.until
        return self._with_own({"created_at": bounds} if bounds else {})

    def _with_own(self, *ours: JsonObject) -> JsonObject:
        """Return a filter that joins the given ones and the user's; {} when all are empty."""
        own = self.context.config.filter_for(self.target.slug, self.target.id)
        parts = [each for each in (*ours, own) if each]
        return {"$and": [*parts]} if len(parts) > 1 else parts[0] if parts else {}


def ranges(noticing: ChangeDetection, since: str | None, *, refresh: bool) -> list[Range]:
    """Return the ranges of a whole pass: from an interrupted pass's position to the end, then up to it."""
    position = noticing.position
    if position is None:
        return [Range(created_since=since, expected=noticing.memory.count())]
    rest = [Range(after=position)]
    return rest if refresh else [*rest, Range(until=position, created_since=since)]


def scan(query: Query, delivery: Delivery, *, refresh: bool = False) -> Steps:
    """Read all rows once and deliver what changed; a refresh delivers all of them."""
    noticing = delivery.state.noticing
    for span in ranges(noticing, query.context.config.start_date, refresh=refresh):
        if span.until:
            # All rows after the position of the interrupted pass have been read by now.
            yield from delivery.flush()
            noticing.first_pass = False
        fresh = refresh or (noticing.first_pass and span.until is None)
        walk = query.walk(span)
        for step in walk.steps():
            if isinstance(step, Future):
                yield step
                continue
            yield from delivery.rows(step, fresh=fresh, read_to=walk.covered)
    yield from settle(query.context, delivery, query.look_up, query.ids_a_request)
    yield from delivery.finish([], whole_pass=True, feed=delivery.feed_after_pass)
