"""Bugs that such a connector has or could have, each as a patch, with the machine whose histories show it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from attio_api.errors import Unreadable
from source_attio.changes import feed, resumption
from source_attio.changes.budget import Budget
from source_attio.changes.detection import ChangeDetection
from source_attio.changes.feed import Feed, FeedChanges
from source_attio.changes.memory import Exact
from source_attio.decode.page import PageReader
from source_attio.decode.rows import Row
from source_attio.emit.delivery import Delivery
from source_attio.read.keyset import KeysetWalk
from source_attio.read.proven_walk import ProvenWalk
from source_attio.read.short_pages import PageQuery
from source_attio.read.steps import Steps, arrival
from source_attio.streams import history, incremental, meetings, records
from source_attio.streams.records import Query
from unit_tests.source_attio.followed_promise import FollowedPromise
from unit_tests.source_attio.histories import Histories
from unit_tests.source_attio.per_row_promise import PerRowPromise
from unit_tests.source_attio.scanning_promise import Promise, TightPromise

Plant = Callable[[pytest.MonkeyPatch], None]


def offset_paging(patch: pytest.MonkeyPatch) -> None:
    """Pages are counted from the beginning, each taken to begin where the last one ended."""
    right = KeysetWalk.__init__

    def begin(self: KeysetWalk, *given: Any, limit: int, **more: Any) -> None:
        right(self, *given, limit=limit, **more)
        self._overlap, self._step = 0, limit

    patch.setattr(KeysetWalk, "__init__", begin)
    patch.setattr(KeysetWalk, "_after", lambda self, ask, _: ask._replace(offset=ask.offset + self._step))
    patch.setattr(KeysetWalk, "_connects", lambda *_: True)


def newest_active_from_as_cursor(patch: pytest.MonkeyPatch) -> None:
    """What was set after the newest time seen is changed, and nothing else is."""

    def changed_at(self: ChangeDetection, row: Row, *, fresh: bool) -> str | None:
        self.memory.unchanged(row)
        if row.updated_at <= self.floor:
            return None
        self.newest = max(self.newest, row.updated_at)
        return row.updated_at

    patch.setattr(ChangeDetection, "changed_at", changed_at)


def updated_at_as_changed_at(patch: pytest.MonkeyPatch) -> None:
    """Changes are noticed rightly, but carry a time that goes back when a value is cleared."""
    right = ChangeDetection.changed_at

    def changed_at(self: ChangeDetection, row: Row, *, fresh: bool) -> str | None:
        return row.updated_at if right(self, row, fresh=fresh) else None

    patch.setattr(ChangeDetection, "changed_at", changed_at)


def cut_page_as_an_empty_one(patch: pytest.MonkeyPatch) -> None:
    """A page that cannot be read counts as the last one."""
    right = PageReader.unordered

    def unordered(self: PageReader, body: bytes) -> list[Row]:
        try:
            return right(self, body)
        except Unreadable:
            return []

    patch.setattr(PageReader, "unordered", unordered)


def state_before_its_rows(patch: pytest.MonkeyPatch) -> None:
    """The state that goes ahead calls its rows delivered, instead of on their way."""

    def checkpoint(self: Delivery) -> Iterator[Any]:
        self.state.noticing.memory.confirm(row for row, _ in self._window)
        yield self.outbox.state(self.state.dump())

    patch.setattr(Delivery, "_checkpoint", checkpoint)


def rows_before_any_state(patch: pytest.MonkeyPatch) -> None:
    """Rows go out that no state names, so one that is deleted after a kill is never marked."""
    right = Exact.unchanged

    def unchanged(self: Exact, row: Row) -> bool:
        same = right(self, row)
        if not same:
            self.drop([row.key.id])
        return same

    patch.setattr(Exact, "unchanged", unchanged)


def no_overlap_at_the_edges(patch: pytest.MonkeyPatch) -> None:
    """A page begins after the moment at which the last one ended: rows of the same moment are skipped."""
    right = Query._filter  # noqa: SLF001 (the bug is planted there)

    def strict(self: Query, ask: PageQuery) -> dict[str, Any]:
        found = right(self, ask)
        bounds = found.get("created_at")
        if isinstance(bounds, dict) and "$gte" in bounds:
            bounds["$gt"] = bounds.pop("$gte")
        return found

    patch.setattr(Query, "_filter", strict)


def deletes_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Rows that were not met are forgotten without a mark."""
    patch.setattr(Exact, "unmet", lambda _: [])


def gap_in_the_feed_ignored(patch: pytest.MonkeyPatch) -> None:
    """The feed says that it lost something, and its ids are taken for all there is."""
    right = Feed.since

    def since(self: Feed, position: Any, topic: Any, *, now: str) -> FeedChanges:
        found = right(self, position, topic, now=now)
        if position and "gap" in (found.why_scan or ""):
            found.why_scan = None
        return found

    patch.setattr(Feed, "since", since)


def merge_dropped(patch: pytest.MonkeyPatch) -> None:
    """The feed tells of a merge, and nobody listens."""
    right = feed._collect  # noqa: SLF001 (the bug is planted there)

    def collect(found: FeedChanges, answer: Any, topic: Any) -> None:
        kept = [each for each in answer["changes"] if each["event_type"] != "record.merged"]
        right(found, {**answer, "changes": kept}, topic)

    patch.setattr(feed, "_collect", collect)


def vanished_rows_forgotten_after_a_kill(patch: pytest.MonkeyPatch) -> None:
    """A pass that was taken up in the middle marks nothing at its end."""
    right = ChangeDetection.__post_init__

    def begin(self: ChangeDetection) -> None:
        right(self)
        if self.position:
            patch.setattr(self.memory, "unmet", list)

    patch.setattr(ChangeDetection, "__post_init__", begin)


def feed_position_before_its_rows(patch: pytest.MonkeyPatch) -> None:
    """The state that goes ahead of the rows says that the feed was followed beyond them."""
    right = incremental.follow

    def follow(changes: FeedChanges, delivery: Delivery, *more: Any, **named: Any) -> Steps:
        delivery.state.feed = changes.position
        yield from right(changes, delivery, *more, **named)

    patch.setattr(incremental, "follow", follow)


def vanished_rows_believed(patch: pytest.MonkeyPatch) -> None:
    """What a pass did not meet is marked without asking, and an empty page is taken for the end."""
    patch.setattr(records, "settle", lambda *_: iter(()))

    def page(self: KeysetWalk, pending: Any) -> Any:
        return (yield from arrival(pending.answer or self._ask(pending.ask)))

    patch.setattr(KeysetWalk, "_page", page)
    patch.setattr(ProvenWalk, "_reaches", lambda *_: True)


def meetings_believed(patch: pytest.MonkeyPatch) -> None:
    """A meeting that was not met is marked without asking for it."""
    patch.setattr(meetings, "settle", lambda *_: iter(()))


def given_up_for_ever(patch: pytest.MonkeyPatch) -> None:
    """A memory only ever gets coarser."""
    patch.setattr(resumption, "_chosen", lambda remembered, *_: (remembered, None))


def a_budget_a_stream(patch: pytest.MonkeyPatch) -> None:
    """Each stream takes as much as all of them may."""

    def keep(self: Budget) -> None:
        for share in self.shares.values():
            while self.most is not None and share.size > self.most and not share.ended:
                share.shrink()

    patch.setattr(Budget, "keep", keep)


def keys_made_of_titles(patch: pytest.MonkeyPatch) -> None:
    """A renamed option is another value."""
    patch.setattr(history, "_identity", lambda _, plain: plain or "")


def titles_of_the_past_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Histories are read again only where the present value is called otherwise."""
    right = history.titles

    def titles(*given: Any) -> Any:
        yield from right(*given)
        return {}

    patch.setattr(history, "titles", titles)


def rows_of_the_object_before_left(patch: pytest.MonkeyPatch) -> None:
    """Another object took over the slug, and nobody marks the rows of the one before."""
    patch.setattr(resumption, "_named", lambda *_: [])


PLANTED: list[tuple[Plant, type[Histories]]] = [
    (offset_paging, Promise),
    (newest_active_from_as_cursor, Promise),
    (updated_at_as_changed_at, Promise),
    (cut_page_as_an_empty_one, Promise),
    (state_before_its_rows, Promise),
    (rows_before_any_state, Promise),
    (no_overlap_at_the_edges, Promise),
    (deletes_forgotten, Promise),
    (vanished_rows_forgotten_after_a_kill, Promise),
    (vanished_rows_believed, Promise),
    (rows_of_the_object_before_left, Promise),
    (given_up_for_ever, TightPromise),
    (a_budget_a_stream, TightPromise),
    (meetings_believed, PerRowPromise),
    (keys_made_of_titles, PerRowPromise),
    (titles_of_the_past_forgotten, PerRowPromise),
    (gap_in_the_feed_ignored, FollowedPromise),
    (merge_dropped, FollowedPromise),
    (feed_position_before_its_rows, FollowedPromise),
]
