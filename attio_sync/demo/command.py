"""`attio-sync demo`: the whole product on a made-up workspace."""

from __future__ import annotations

import time

import click

from attio_sync.demo.narration import Narration
from attio_sync.demo.stage import staged
from attio_sync.demo.story import Story
from attio_sync.failures import DONE, FAILED
from attio_sync.show.terminal import results


@click.command("demo")
def command() -> int:
    """See everything work on a made-up workspace: pull, plan, push, webhooks. Needs no Attio account."""
    began = time.monotonic()
    narration = Narration(results())
    narration.say("attio-sync demo: Attio and a warehouse, both ways. Takes about twenty seconds.")
    with staged() as stage:
        Story(stage, narration).tell()
    seconds = time.monotonic() - began
    if narration.broken:
        narration.say(
            f"\n{len(narration.broken)} of the claims above did not hold. This is a bug; please report it."
        )
        return FAILED
    narration.say(
        f"\nAll {narration.held} claims held. {seconds:.0f} seconds; every program and file is gone again."
    )
    narration.say("Next: ATTIO_API_TOKEN=… attio-sync pull --to crm.duckdb")
    return DONE
