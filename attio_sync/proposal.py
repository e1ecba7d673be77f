"""Which column of a file may go where, as settings to be agreed to: remembered ones, else guessed ones."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from attio_sync.push_options import read_settings
from destination_attio.rows.infer_mapping import guess_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from attio_api.attributes import Attribute
    from attio_sync.rows.rows import Rows

_LOOKED_AT: Final = 200


def proposed(
    settings: Mapping[str, Any], memory: Path, rows: Rows, attributes: Sequence[Attribute]
) -> tuple[dict[str, Any], str]:
    """The settings to begin with, and a sentence on where they come from."""
    if memory.is_file():
        saved = read_settings(memory)
        if saved.get("target") == settings["target"]:
            return {**settings, **saved}, _remembered(saved, memory, rows)
    fields = guess_mapping(rows.columns, attributes, list(islice(rows.read(), _LOOKED_AT)))
    found = {one.attribute for one in fields}
    match = next((one.slug for one in attributes if one.is_unique and one.slug in found), None)
    plain = [one.model_dump(exclude_none=True, exclude_defaults=True) for one in fields]
    proposal = {**settings, "mode": "upsert", "fields": plain} | ({"match": [match]} if match else {})
    return proposal, "Guessed from the names and values of the columns: look at each before you go on."


def _remembered(saved: Mapping[str, Any], memory: Path, rows: Rows) -> str:
    """What is remembered, and whether it still fits the file."""
    named = [str(one["column"]) for one in saved.get("fields") or [] if one.get("column")]
    gone = [column for column in named if column not in rows.columns]
    new = [column for column in rows.columns if column not in named]
    told = f"Remembered in {memory.name}."
    if gone:
        told += f" The file has no longer: {', '.join(gone)}."
    if new and named:
        told += f" Not remembered, so left out: {', '.join(new)}."
    return told
