"""What a workspace can be filled with: `empty`, `demo`, `hostile`."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attio_emulator.wire import Json, JsonObject
from attio_emulator.workspace import Workspace

Seed: TypeAlias = Callable[[Workspace, Mapping[str, Json]], None]


def empty(_workspace: Workspace, _options: Mapping[str, Json]) -> None:
    """Nothing at all."""


SEEDS: Mapping[str, Seed] = {"empty": empty}


def plant(workspace: Workspace, name: str, options: Mapping[str, Json]) -> JsonObject:
    """Fill a workspace, and count what is in it."""
    SEEDS[name](workspace, options)
    return {kind.slug: len(kind.table.rows) for kind in workspace.kinds()}
