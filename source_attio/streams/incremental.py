"""Brings a stream up to date: by the change feed where that suffices, else by a pass over all of its rows.

Following the feed reads only the rows that it names, and marks those that are gone or merged.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Final

from attio_api.errors import BadFilter
from source_attio.changes.feed import Feed, FeedChanges, Topic
from source_attio.decode.rows import Row
from source_attio.emit.delivery import Delivery
from source_attio.read.context import Context
from source_attio.read.steps import Steps, arrival

_LOG = logging.getLogger("airbyte.source_attio")
_ROWS_A_PAGE: Final = 490
Reread = Callable[[list[str]], Future[list[Row]]]
"""Asks for rows by id; the answer lacks those that are gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPaths:
    """The two ways in which one stream can be read."""

    scan: Callable[[], Steps]
    reread: Reread
    topic: Topic
    ids_a_request: int
    rows_a_page: int = _ROWS_A_PAGE


def catch_up(context: Context, feed: Feed | None, delivery: Delivery, ways: ReadPaths) -> Steps:
    """Bring a stream up to date, by its change feed or by a whole pass."""
    if feed is None:
        yield from ways.scan()
        return
    state = delivery.state
    now = context.clock.now()
    changes = yield from arrival(context.ask(partial(feed.since, state.feed, ways.topic, now=now)))
    why = changes.why_scan or _why_scan(context, delivery, ways, changes, now)
    if why is None:
        try:
            yield from follow(changes, delivery, ways.reread, ids_a_request=ways.ids_a_request)
        except BadFilter:
            # Attio documents a filter by `record_id`, but none by `entry_id`.
            why = "Attio does not find rows by their ids"
        else:
            return
    _LOG.info("%s: everything is looked through, because %s.", delivery.outbox.stream, why)
    # The new position is stored only once the pass has ended: a state before that would skip changes.
    state.feed, delivery.feed_after_pass = {}, changes.position
    delivery.merged = changes.merged
    yield from ways.scan()


def follow(changes: FeedChanges, delivery: Delivery, reread: Reread, *, ids_a_request: int) -> Steps:
    """Deliver changed rows and tombstones, and store the feed's new position."""
    wanted = sorted(changes.changed - changes.gone - changes.merged.keys())
    batches = [wanted[at : at + ids_a_request] for at in range(0, len(wanted), ids_a_request)]
    gone = set(changes.gone)
    for ids, answer in [(ids, reread(ids)) for ids in batches]:
        found = yield from arrival(answer)
        gone.update(set(ids) - {row.key.id for row in found})
        yield from delivery.rows(found, fresh=True)
    delivery.merged = changes.merged
    everybody = sorted(gone | changes.merged.keys())
    yield from delivery.finish(everybody, whole_pass=False, feed=changes.position)


def _why_scan(
    context: Context, delivery: Delivery, ways: ReadPaths, changes: FeedChanges, now: str
) -> str | None:
    if not delivery.state.may_follow(now, context.config.scan_interval):
        return "the last whole pass is too long ago, did not end, or was made with other settings"
    rows = delivery.state.noticing.memory.count()
    if len(changes.changed) / ways.ids_a_request > max(rows / ways.rows_a_page, 1) and rows:
        return "that costs less than to read what changed"
    return None
