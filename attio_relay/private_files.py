"""Files for the relay's user alone, whoever of this machine's users makes them first."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE = 0o600
OTHERS = 0o077


def private(path: str, flags: int) -> int:
    """An opener for `open`: a file that it creates can be read by its owner alone."""
    return os.open(path, flags, PRIVATE)


def keep_private(path: Path) -> None:
    """Create the file if it is missing, and let its owner alone read it."""
    new = not path.exists()
    os.close(private(str(path), os.O_CREAT | os.O_RDWR))
    if new:
        give_to_owner_of_folder(path)
    if sys.platform == "win32":
        # Windows has no such modes: a file is as private as its folder.
        return
    if path.stat().st_uid == os.geteuid() and path.stat().st_mode & OTHERS:
        path.chmod(PRIVATE)


def give_to_owner_of_folder(path: Path) -> None:
    """Give a new file of root to the user whose folder it lies in; the relay runs as that user."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    folder = path.parent.stat()
    os.chown(path, folder.st_uid, folder.st_gid)
