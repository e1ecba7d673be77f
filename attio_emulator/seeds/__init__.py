"""The seeds that fill a workspace: `empty`, `demo`, `hostile`, `light`."""

import gc
from collections.abc import Callable, Mapping
from typing import TypeAlias

from attio_emulator.contract.refusals import bad_value
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.workspace import Workspace
from attio_emulator.seeds.demo import demo
from attio_emulator.seeds.hostile import hostile
from attio_emulator.seeds.light import light
from attio_emulator.seeds.records import LARGE

Seed: TypeAlias = Callable[[Workspace, Mapping[str, Json]], None]


def empty(_workspace: Workspace, options: Mapping[str, Json]) -> None:
    """The empty seed: adds nothing, and refuses sizes."""
    if options:
        raise bad_value("This seed has no options.", [next(iter(options))])


SEEDS: Mapping[str, Seed] = {"empty": empty, "demo": demo, "hostile": hostile, "light": light}


def seed_server(workspace: Workspace, name: str, options: Mapping[str, Json]) -> JsonObject:
    """Fill a workspace, and count its rows.

    The garbage collector is off meanwhile: it would walk over all the rows again and again.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        SEEDS[name](workspace, options)
    finally:
        if collecting:
            gc.enable()
    for kind in workspace.kinds():
        kind.table.sort()
    if any(len(kind.table.rows) > LARGE for kind in workspace.kinds()):
        gc.freeze()
    return {
        f"{kind.slug}_entries" if kind.is_list else kind.slug: len(kind.table.rows)
        for kind in workspace.kinds()
    }
