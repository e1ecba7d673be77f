"""Asks for the rows that a whole pass did not meet, before any of them is marked as deleted.

Attio may answer a page empty by mistake, and a row may move past a reader where Attio lists by something that
changes, as meetings by their start. So each row that was not met is asked for by its id. Those that are gone
even then are marked, unless they are so many that a mistake is likelier than their deletion.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from source_attio import refusals
from source_attio.decode.rows import Row
from source_attio.emit.delivery import Delivery
from source_attio.read.context import PAGES_AT_ONCE, Context
from source_attio.read.steps import Steps, arrival

MOST_WITHOUT_DOUBT: Final = 100
"""This many rows may vanish at once from a stream of any size."""
LookUp = Callable[[list[str]], Future[list[Row]]]
"""Asks for rows by id; the answer lacks those that are gone."""


def settle(context: Context, delivery: Delivery, look_up: LookUp, ids_a_request: int = 1) -> Steps:
    """Deliver unmet rows that still exist; raises Misconfigured when implausibly many are gone."""
    unmet = delivery.state.noticing.unmet()
    waiting = deque(unmet[at : at + ids_a_request] for at in range(0, len(unmet), ids_a_request))
    asked: deque[Future[list[Row]]] = deque()
    while waiting or asked:
        while waiting and len(asked) < PAGES_AT_ONCE:
            asked.append(look_up(waiting.popleft()))
        found = yield from arrival(asked.popleft())
        yield from delivery.rows(found, fresh=False)
    yield from refuse_implausible(context, delivery)


def refuse_implausible(context: Context, delivery: Delivery) -> Steps:
    """Raise Misconfigured when too many rows are gone, unless new settings or another object explain it."""
    state = delivery.state
    gone, before = len(state.noticing.unmet()), state.noticing.known_before
    if state.vanishing_explained or gone <= MOST_WITHOUT_DOUBT:
        return
    if gone * 100 >= before * context.config.max_vanished_percent:
        yield from delivery.flush()
        raise refusals.TOO_MANY_VANISHED(gone=gone, before=before)
