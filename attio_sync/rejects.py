"""Rows that Attio refused: kept in a file beside the settings they were pushed with, to be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from attio_sync.activation import read_settings
from attio_sync.failures import WrongUsage
from attio_sync.rows import Rows
from destination_attio.rejects import read_rejects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from attio_sync.activation import Choice


def settings_beside(path: Path) -> Path:
    """Where the settings of the rows in a file of rejects are."""
    return path.with_name(f"{path.name}.yaml")


def remember_settings(path: Path, settings: Mapping[str, Any]) -> None:
    """Keep the settings with the rows, so that trying again needs no option but the file."""
    settings_beside(path).write_text(yaml.safe_dump(dict(settings), sort_keys=False), encoding="utf-8")


def rows_of_rejects(path: Path) -> Rows:
    """The rows in a file of rejects, as they were before the push."""
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.")
    rows = [row for _, row in read_rejects(path)]
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return Rows(name=str(path), columns=columns, count=len(rows), read=lambda: iter(rows))


def settings_of_rejects(path: Path, choice: Choice) -> dict[str, Any]:
    """The settings of the first push, unless the options say otherwise."""
    beside = settings_beside(path)
    return choice.settings(saved=read_settings(beside) if beside.is_file() else {})
