"""Writes files whole or not at all, and tells why one cannot be written."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attio_sync.failures import Failed, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The bytes by which a DuckDB file is known, after its checksum.
_MAGIC = slice(8, 12)
_OTHERS = 0o077
_PRIVATE = 0o600


def save(path: Path, text: str) -> None:
    """Write a text to a file; the old content stays until all of the new one is written."""
    with whole(path, is_private=True) as part:
        part.write_text(text, encoding="utf-8")


@contextmanager
def whole(path: Path, *, is_private: bool = False) -> Iterator[Path]:
    """A path to write to, which replaces the file once the block has ended without an error.

    With `is_private`, only the owner may read the file, from its first byte on.
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
    """Makes files private that the block creates, also those that DuckDB keeps beside a journal."""
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def need_database(path: Path) -> None:
    """Raise WrongUsage for a file that is not a DuckDB database; DuckDB would open a JSON file, in memory."""
    with path.open("rb") as file:
        head = file.read(_MAGIC.stop)
    if head and head[_MAGIC] != b"DUCK":
        raise WrongUsage(f"{path} is not a DuckDB database.")


def unwritable(path: Path) -> str:
    """Why no file can be made at a path, whose folders may still be missing; empty where one can."""
    # os.path.exists is False also where this user may not look.
    folder = next(one for one in path.absolute().parents if os.path.exists(one))  # noqa: PTH110 -- see above
    if not folder.is_dir():
        return f"{folder} is not a folder"
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written to"


def need_folder(path: Path) -> None:
    """Raise WrongUsage before any work when the file's folder does not exist."""
    if not path.parent.is_dir():
        raise WrongUsage(f"{path} cannot be written: there is no folder {path.parent}.")
