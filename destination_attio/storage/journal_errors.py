"""Turns DuckDB's errors about the journal into one sentence each, with what to do."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import duckdb

from destination_attio.storage.database import is_locked
from destination_attio.storage.journal_rows import JournalError, JournalInUseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NO_ROOM: Final = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,  # a commit that finds the disk full
    duckdb.FatalException,  # every later statement
)
_DISK: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


@contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Turn DuckDB's errors into JournalError with one sentence."""
    try:
        yield
    except (*_NO_ROOM, OSError) as error:
        where = f" at {path}" if path else ""
        if "not a valid DuckDB" in str(error):
            raise JournalError(
                f"The file{where} is not a DuckDB database.", "Give the journal's own file."
            ) from error
        if is_locked(error):
            raise JournalInUseError(
                f"The journal{where} is in use by another program.",
                "Wait until it is done, or use another file.",
            ) from error
        raise JournalError(
            f"The journal{where} cannot be used ({_reason(error)}).",
            "Check the path, its permissions and the free space on the disk.",
        ) from error
    except duckdb.Error as error:
        raise JournalError(
            f"The journal{f' at {path}' if path else ''} is damaged, or is not a journal"
            f" ({type(error).__name__}).",
            "Give another file.",
        ) from error


def _reason(error: Exception) -> str:
    """What the operating system says, such as "No space left on device"; else the kind of the error."""
    said = (os.strerror(one) for one in _DISK)
    return next((one for one in said if one in str(error)), type(error).__name__)
