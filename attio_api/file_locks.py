"""Locks on files: one process has them, and the system releases them when it ends, even if it is killed.

Only this module imports what Windows lacks, and what only Windows has.
"""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PLACE = 1 << 30
"""Which byte Windows locks: nobody else can read a locked one, so it lies far behind what the file holds."""


def claimed(file: int) -> bool:
    """Whether the lock on an open file, by its number, is now ours; False while another open file has it."""
    if sys.platform == "win32":
        before = os.lseek(file, 0, os.SEEK_CUR)
        os.lseek(file, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        finally:
            os.lseek(file, before, os.SEEK_SET)
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
