"""Writes files that are whole or not there, and says whose fault it is when they cannot be."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attio_sync.failures import Failed, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Where a DuckDB file says that it is one: after a checksum.
_MAGIC = slice(8, 12)
_OTHERS = 0o077
_PRIVATE = 0o600


def save(path: Path, text: str) -> None:
    """Put a text into a file; what was there before stays until all of it is written."""
    with whole(path, is_private=True) as part:
        part.write_text(text, encoding="utf-8")


@contextmanager
def whole(path: Path, *, is_private: bool = False) -> Iterator[Path]:
    """A place to write to, which becomes the file once the block has ended well.

    What holds rows is private: readable by its owner alone, from the first byte on.
    """
    need_folder(path)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        if is_private:
            part.touch(mode=_PRIVATE)
        yield part
        part.replace(path)
    except OSError as error:
        raise Failed(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def private() -> Iterator[None]:
    """What is made in the block is for its owner alone, also what DuckDB keeps beside an open journal."""
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def need_database(path: Path) -> None:
    """Stop at a file that is no DuckDB database; DuckDB itself would open a JSON file, in memory."""
    with path.open("rb") as file:
        head = file.read(_MAGIC.stop)
    if head and head[_MAGIC] != b"DUCK":
        raise WrongUsage(f"{path} is not a DuckDB database.")


def need_folder(path: Path) -> None:
    """Stop before any work when the file has no folder to be in."""
    if not path.parent.is_dir():
        raise WrongUsage(f"{path} cannot be written: there is no folder {path.parent}.")
