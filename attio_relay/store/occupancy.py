"""One relay at a time serves a store that is not shared: a second one would take the first one's leases.

The lock is the kernel's, on a file beside the store; it ends with the process, also with one that is killed.
Windows has no such lock, and there nothing keeps two relays apart.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform != "win32":
    import fcntl


class OccupiedError(Exception):
    """Another relay serves this store."""


@contextmanager
def occupied(store: Path) -> Iterator[None]:
    """Serve this SQLite file alone; raises OccupiedError when another process does."""
    path = store.with_name(f"{store.name}.serving")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a", encoding="ascii")
    except OSError as error:
        raise StoreError(f"The store {store} cannot be opened: {error.strerror}.") from error
    with file:
        path.chmod(0o600)
        if sys.platform != "win32":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OccupiedError(
                    f"Another relay serves {store} already. Stop it first; several relays need a Postgres."
                ) from None
        yield
