"""Proposes which column of a file goes to which attribute: as remembered, else as inferred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attio_sync.mapping import memory
from attio_sync.mapping.draft import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from attio_api.attributes import Attribute
    from attio_sync.mapping.draft import Draft
    from attio_sync.rows.rows import Rows


def proposed(
    settings: Mapping[str, Any], place: Path, rows: Rows, attributes: Sequence[Attribute]
) -> tuple[Draft, str]:
    """The mapping to begin with, and a sentence that says where it comes from."""
    saved = memory.read(place) if place.is_file() else {}
    if saved.get("target") != settings["target"]:
        draft = prepare({"mode": "upsert", **settings}, rows, attributes)
        return draft, "Proposed from the names of the columns: look at each before you go on."
    draft = prepare({"mode": "upsert", **settings, **saved}, rows, attributes, place)
    return draft, f"Remembered in {place.name}. {draft.unasked}".rstrip()
