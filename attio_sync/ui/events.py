"""A job's progress as server-sent events: at most four a second, from the last one that the page received."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from attio_sync.ui.jobs import Job

EVERY: Final = 0.25
_TURNS_UNTIL_COMMENT: Final = 60
"""A comment line every 15 seconds keeps proxies from closing an idle connection."""


async def events(
    job: Job, after: int, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncIterator[bytes]:
    """Yield the job's whole state, then its newest event each time there is one, and "end" as the last."""
    # What is noted already is in the snapshot, which has the time of now.
    after = max([one.number for one in job.since(after)], default=after)
    yield event("snapshot", job.snapshot(), after)
    idle = 0
    while True:
        news = job.since(after)
        if news:
            newest = news[-1]
            after, idle = newest.number, 0
            yield event(newest.name, newest.facts, newest.number)
            if newest.name == "end":
                return
        elif job.ended.is_set():
            yield event("end", job.snapshot(), after)
            return
        else:
            idle += 1
            if idle % _TURNS_UNTIL_COMMENT == 0:
                yield b": still here\n\n"
        await pause(EVERY)


def event(name: str, facts: dict[str, object], number: int) -> bytes:
    """One server-sent event as bytes."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(facts)}\n\n".encode()
