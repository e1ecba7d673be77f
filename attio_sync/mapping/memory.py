"""The file beside a file of rows that remembers its mapping, and whether somebody agreed to the mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import yaml

from attio_sync import files
from attio_sync.push_options import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from attio_sync.push_options import RowOptions

Confirmed = Literal["by_person", "by_option", "not_yet", "refused"]
"""Whether a mapping was agreed to: by a person, by an option such as --yes, not yet, or refused."""
_ORDER: Final = ("confirmed", "target", "mode", "match", "fields", "left_out")
_WORDS: Final[dict[object, Confirmed]] = {True: "by_person", False: "not_yet"}


def place(choice: RowOptions) -> Path | None:
    """The file that remembers the mapping of a file; None for a query and for standard input."""
    if choice.source is None or choice.sql is not None or str(choice.source) == "-":
        return None
    return choice.source.with_name(f"{choice.source.name}.attio.yaml")


def read(path: Path) -> dict[str, Any]:
    """The remembered settings; an older file without `confirmed` counts as agreed to."""
    saved = read_settings(path)
    said = saved.get("confirmed", "by_person")
    return saved | {"confirmed": _WORDS.get(said, said) if isinstance(said, bool | str) else "not_yet"}


def remember(path: Path, settings: Mapping[str, Any], confirmed: Confirmed) -> None:
    """Save the settings in the form that --map reads."""
    told = {**settings, "confirmed": confirmed}
    order = dict.fromkeys((*_ORDER, *told))
    said = {name for name in told if told[name] or name == "left_out"}  # [] is kept: no column is left out
    kept = {name: told[name] for name in order if name in said and name != "stream"}
    files.save(path, yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))
