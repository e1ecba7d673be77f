"""Reads only what a change feed names: those rows again, and marks for those that are gone or merged."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from source_attio.changes.feed import Changes
from source_attio.decode.rows import Row
from source_attio.emit.delivery import Delivery
from source_attio.read.steps import Steps, arrival

IDS_A_REQUEST: Final = 100
Reread = Callable[[list[str]], Future[list[Row]]]
"""Asks for rows by id; rows that are gone are not among the answer."""


def follow(
    changes: Changes, delivery: Delivery, reread: Reread, *, ids_a_request: int = IDS_A_REQUEST
) -> Steps:
    """Deliver what changed, and remember how far the feed was followed."""
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
