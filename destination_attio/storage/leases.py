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
from attio_api.file_locks import claimed
from destination_attio.storage.rejects import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

_PRIVATE: Final = 0o700
_DIGITS: Final = 20
"""How many bytes are kept for the number of the process that holds a lease."""


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
        path = place / f"{name}.lock"
        path.touch()
        file = path.open("r+b")
    except OSError as error:
        raise StorageError(
            f"The lease of '{target}' cannot be kept in {place} ({error.strerror}).",
            "Set TMPDIR to a folder that can be written to.",
        ) from error
    if not claimed(file.fileno()):
        with file:
            who = file.read(_DIGITS).decode("ascii", "replace").strip()
        raise TargetBusy(f"Another run (process {who or 'unknown'}) is writing to '{target}' already.")
    file.write(str(os.getpid()).encode().ljust(_DIGITS))
    file.flush()
    return file


def _user() -> str:
    return "user" if sys.platform == "win32" else str(os.getuid())
