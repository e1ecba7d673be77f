from __future__ import annotations

import asyncio
import json
from typing import Any

from attio_sync.ui.events import events
from attio_sync.ui.jobs import Job


def heard(job: Job, after: int, *turns: Any) -> list[tuple[str, int, dict[str, Any]]]:
    """What a page hears, while something happens at each pause."""
    left = list(turns)

    async def pause(_: float) -> None:
        if left:
            left.pop(0)()

    async def listen() -> list[bytes]:
        return [piece async for piece in events(job, after, pause=pause)]

    return [parsed(piece) for piece in asyncio.run(listen()) if not piece.startswith(b":")]


def parsed(piece: bytes) -> tuple[str, int, dict[str, Any]]:
    lines = dict(line.split(": ", 1) for line in piece.decode().strip().splitlines())
    return lines["event"], int(lines["id"]), json.loads(lines["data"])


def test_a_page_hears_the_state_then_the_news_then_the_end() -> None:
    """Several steps between two looks are one event, and after the end there is silence."""
    job = Job("push", "x")

    def steps() -> None:
        job.tell(done=1)
        job.tell(done=2)

    told = heard(job, 0, steps, lambda: job.end("done"))

    assert [("snapshot", 0), ("progress", 2), ("end", 3)] == [(name, number) for name, number, _ in told]
    assert [0, 2, 2] == [facts["done"] for _, _, facts in told]


def test_a_page_that_comes_back_hears_no_step_twice() -> None:
    """It names the last event it heard."""
    job = Job("push", "x")
    job.tell(done=1)
    job.tell(done=2)
    job.end("done")

    assert ["snapshot", "end"] == [name for name, _, _ in heard(job, 2)]
    assert ["snapshot", "end"] == [name for name, _, _ in heard(job, 99)]


def test_a_quiet_connection_is_kept_open() -> None:
    """A comment is sent now and then while nothing happens."""
    job = Job("push", "x")
    pieces: list[bytes] = []

    async def listen() -> None:
        turns = 0

        async def pause(_: float) -> None:
            nonlocal turns
            turns += 1
            if turns == 70:
                job.end("done")

        pieces.extend([piece async for piece in events(job, 0, pause=pause)])

    asyncio.run(listen())

    assert 1 == sum(piece.startswith(b":") for piece in pieces)


def test_a_page_that_is_loaded_anew_shows_the_time_of_now() -> None:
    """What was noted before it listened is not told as news, since its time is an old one."""
    moment = [0.0]
    job = Job("push", "x", clock=lambda: moment[0])
    job.tell(done=1)
    moment[0] = 60.0
    told = heard(job, 0, lambda: job.end("done"))

    assert [("snapshot", 1, 60.0), ("end", 2, 60.0)] == [
        (name, number, facts["seconds"]) for name, number, facts in told
    ]
