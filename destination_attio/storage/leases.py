"""Leases: one run at a time writes to a target of a workspace on one machine, whatever journal it has.

A lease is a lock on a file in the machine's folder for temporary files; it ends with the process, also when
that is killed. Machines do not see each other's leases: duplicates made by two machines are reported at a
run's end.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attio_api.errors import Transient
from destination_attio.storage.rejects import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

_PRIVATE: Final = 0o700


class TargetBusy(Transient):
    """Another run is writing to the same target of the workspace."""

    remedy_by_default = "Wait until it has ended, and run this again."


@contextmanager
def leased(workspace: str, targets: Iterable[str], folder: Path | None = None) -> Iterator[None]:
    """Hold the leases of some targets; raises Busy where another process holds one."""
    place = folder or Path(tempfile.gettempdir()) / f"airbyte-attio-leases-{_user()}"
    with ExitStack() as held:
        for target in sorted(set(targets)):
            held.enter_context(_lock(place, workspace, target))
        yield


def _lock(place: Path, workspace: str, target: str) -> BinaryIO:
    name = hashlib.sha256(f"{workspace}\n{target}".encode()).hexdigest()[:32]
    try:
        place.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        file = (place / f"{name}.lock").open("a+b")
    except OSError as error:
        raise StorageError(
            f"The lease of '{target}' cannot be kept in {place} ({error.strerror}).",
            "Set TMPDIR to a folder that can be written to.",
        ) from error
    if sys.platform != "win32":  # Windows has no such locks; there two runs show only by their duplicates
        _claim(file, target)
    file.truncate(0)
    file.write(str(os.getpid()).encode())
    file.flush()
    return file


def _claim(file: BinaryIO, target: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        who = file.read(20).decode("ascii", "replace").strip()
        file.close()
        raise TargetBusy(
            f"Another run (process {who or 'unknown'}) is writing to '{target}' already."
        ) from None


def _user() -> str:
    return "user" if sys.platform == "win32" else str(os.getuid())
