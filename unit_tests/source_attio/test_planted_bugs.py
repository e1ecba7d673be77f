"""Bugs that such a connector has or could have, planted one by one: the test of the promise catches each."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from duckdb import CatalogException
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from attio_api.errors import Misconfigured, Unreadable
from attio_sync.loading import renames
from source_attio.changes import feed, resumption
from source_attio.changes.budget import Budget
from source_attio.changes.detection import ChangeDetection
from source_attio.changes.feed import Feed, FeedChanges
from source_attio.changes.memory import Exact
from source_attio.decode.page import PageReader
from source_attio.decode.rows import Page, Row
from source_attio.emit.delivery import Delivery
from source_attio.read.keyset import KeysetWalk
from source_attio.read.short_pages import PageQuery
from source_attio.read.steps import Steps, arrival
from source_attio.streams import history, incremental, meetings, records, vanished
from source_attio.streams.records import Query
from unit_tests.attio_sync import test_renames
from unit_tests.source_attio import test_engine
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.test_promise import (
    FollowedPromise,
    Histories,
    PerRowPromise,
    Promise,
    TightPromise,
)

# How long a bug takes to be found is chance, and how busy the machine is.
pytestmark = pytest.mark.timeout(1200)
Plant = Callable[[pytest.MonkeyPatch], None]
STORIES: dict[str, list[tuple[str, dict[str, Any]]]] = json.loads(
    (Path(__file__).parent / "planted_stories.json").read_text()
)
"""For each bug a history that shows it, step by step."""


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
    right = PageReader.page

    def page(self: PageReader, body: bytes, limit: int) -> Page:
        try:
            return right(self, body, limit)
        except Unreadable:
            return Page([], full=False)

    patch.setattr(PageReader, "page", page)


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


@pytest.mark.parametrize(("plant", "machine"), PLANTED, ids=lambda each: getattr(each, "__name__", str(each)))
def test_the_promise_catches(plant: Plant, machine: type[Histories], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bug in place, some history ends with a warehouse that is not what Attio holds.

    The one that showed the bug before is told first, and ends well without it; where it shows nothing any
    more, others are looked through.
    """
    story = STORIES[plant.__name__]
    tell(machine, story)
    plant(monkeypatch)
    with pytest.raises((AssertionError, Unreadable)):
        tell_or_search(machine, story)


def tell(machine: type[Histories], story: list[tuple[str, dict[str, Any]]]) -> None:
    """Take the steps of a story, and the look at its end that each history closes with."""
    told = machine()
    try:
        for name, how in story:
            getattr(told, name)(**how)
    finally:
        told.teardown()


def tell_or_search(machine: type[Histories], story: list[tuple[str, dict[str, Any]]]) -> None:
    """Tell the story; if it ends well, look through other histories until one does not."""
    tell(machine, story)
    until_found = settings(
        max_examples=500,
        stateful_step_count=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=until_found)  # type: ignore[no-untyped-call]  # hypothesis does not type it


# --- bugs that a small case of its own shows at less cost than a history ----------------------------


def implausible_share_believed(patch: pytest.MonkeyPatch) -> None:
    """However many rows are gone at once, each is marked."""
    patch.setattr(vanished, "refuse_implausible", lambda *_: iter(()))


def damaged_members_trusted(patch: pytest.MonkeyPatch) -> None:
    """The members of a state are used as they are."""
    patch.setattr(resumption, "_check", lambda _: None)


def damaged_state_taken_for_none(patch: pytest.MonkeyPatch) -> None:
    """After a damaged state the sync begins as if nothing had been delivered before."""
    patch.setattr(resumption, "_begin_again", lambda *_: None)


def stale_tables_left(patch: pytest.MonkeyPatch) -> None:
    """A table is known by its name alone."""
    patch.setattr(renames, "_targets", lambda _: {})


def a_mass_of_deletions(_: Path) -> None:
    """Most rows of a stream are gone from one sync to the next."""
    made = bench(120)
    made.sync(["companies"])
    for record_id in list(made.tables["companies"])[:110]:
        made.api("DELETE", f"/v2/objects/companies/records/{record_id}")
    with pytest.raises(Misconfigured):
        made.sync(["companies"])


def a_state_without_a_version(_: Path) -> None:
    test_engine.test_a_damaged_state_delivers_everything_again_and_outranks_it({"version": None})


def a_memory_that_is_none(_: Path) -> None:
    test_engine.test_a_damaged_state_delivers_everything_again_and_outranks_it({"rows": "%%%"})


def a_renamed_object(folder: Path) -> None:
    with test_renames.tables_of_two(folder) as warehouse:
        test_renames.test_a_table_follows_its_object(warehouse)


def an_object_that_is_gone(folder: Path) -> None:
    with test_renames.tables_of_two(folder) as warehouse:
        test_renames.test_a_table_without_an_object_stays_and_is_named(warehouse, everything=True)


@pytest.mark.parametrize(
    ("plant", "case"),
    [
        (implausible_share_believed, a_mass_of_deletions),
        (damaged_members_trusted, a_state_without_a_version),
        (damaged_state_taken_for_none, a_memory_that_is_none),
        (stale_tables_left, a_renamed_object),
        (stale_tables_left, an_object_that_is_gone),
    ],
    ids=lambda each: each.__name__,
)
def test_a_small_case_catches(
    plant: Plant, case: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that ends well fails with the bug in place."""
    for name in ("well", "planted"):
        (tmp_path / name).mkdir()
    case(tmp_path / "well")
    plant(monkeypatch)
    with pytest.raises((AssertionError, KeyError, TypeError, CatalogException, pytest.fail.Exception)):
        case(tmp_path / "planted")
