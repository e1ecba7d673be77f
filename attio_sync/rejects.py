"""Keeps rejected rows in a file, beside the settings they were pushed with, to be pushed again."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from attio_sync import files
from attio_sync.failures import WrongUsage
from attio_sync.push_options import columns_of, read_settings, stream_config
from attio_sync.rows.rows import Rows
from destination_attio.storage.rejects import read_rejects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attio_sync.push_options import RowOptions
    from destination_attio.model.plan import Report

_NEW = ".new"


def settings_beside(path: Path) -> Path:
    """The path of the settings that belong to a rejects file."""
    return path.with_name(f"{path.name}.yaml")


@contextmanager
def fresh(path: Path, journal: Path) -> Iterator[Path]:
    """A new file for this push's rejects, which replaces the last push's file at the end.

    A push of rejected rows reads the old file, which stays until the push ends, so a killed push can be
    repeated. The new file's path is noted beside the journal, so that `clear` finds what a killed push left.
    """
    new = path.with_name(f"{path.name}{_NEW}")
    new.unlink(missing_ok=True)
    note = _note(journal)
    with files.private():
        journal.parent.mkdir(parents=True, exist_ok=True)
    files.save(note, str(new.absolute()))
    try:
        yield new
    finally:
        if new.exists() and new.stat().st_size:
            new.replace(path)
        new.unlink(missing_ok=True)
        note.unlink(missing_ok=True)


def clear(journal: Path) -> None:
    """Remove the file that a killed push left; repeating the push rejects the same rows again.

    Call it only while no push has the journal open.
    """
    note = _note(journal)
    if note.is_file():
        left = Path(note.read_text(encoding="utf-8"))
        if left.name.endswith(_NEW):
            left.unlink(missing_ok=True)
        note.unlink()


def _note(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}.rejects")


def settled(report: Report, path: Path, settings: Mapping[str, Any]) -> Report:
    """Save the settings beside the rejected rows; without any, remove both files."""
    if report.rejected:
        files.save(settings_beside(path), yaml.safe_dump(dict(settings), sort_keys=False))
        return replace(report, rejects_path=str(path))
    for one in (path, settings_beside(path)):
        one.unlink(missing_ok=True)
    return replace(report, rejects_path=None)


def rows_of_rejects(path: Path) -> Rows:
    """The rows in a rejects file, as they were before the push.

    The columns of that push are theirs, too: each row has those alone that it came with.
    """
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.")
    rows = Rows.counted(path, lambda: (row for _, row in read_rejects(path)))
    saved = _saved(path)
    named = columns_of(stream_config(saved)) if saved else []
    return replace(rows, columns=tuple(dict.fromkeys((*rows.columns, *named))))


def settings_of_rejects(path: Path, choice: RowOptions) -> dict[str, Any]:
    """The settings of the first push, with the options over them."""
    return choice.settings(saved=_saved(path))


def _saved(path: Path) -> dict[str, Any]:
    beside = settings_beside(path)
    return read_settings(beside) if beside.is_file() else {}
