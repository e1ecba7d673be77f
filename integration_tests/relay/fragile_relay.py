"""A relay that can be made wrong on purpose: `python -m … FOLDER_OF_FLUSHED_BYTES|- FAULT|- serve …`."""

import asyncio
import functools
import sys
from pathlib import Path

from attio_relay.cli import main
from attio_relay.receiving.writer import Writer
from attio_relay.serving import app
from attio_relay.store import store
from attio_relay.store.deliveries import Delivery
from attio_relay.store.sqlite import SqliteDatabase
from integration_tests.relay import power


class EarlyWriter(Writer):
    """Answers before it stores."""

    async def put(self, delivery: Delivery) -> bool:
        waiting = asyncio.ensure_future(super().put(delivery))
        waiting.add_done_callback(lambda done: done.exception())
        await asyncio.sleep(0)
        return True


def break_it(fault: str) -> None:
    if fault == "early":
        app.Writer = EarlyWriter  # type: ignore[misc] # on purpose
    if fault == "normal":
        store.SqliteDatabase = functools.partial(SqliteDatabase, synchronous="NORMAL")  # type: ignore[misc, assignment] # on purpose


if __name__ == "__main__":
    flushed, chosen_fault, *arguments = sys.argv[1:]
    if flushed != "-":
        power.install(Path(flushed))
    break_it(chosen_fault)
    main(arguments)
