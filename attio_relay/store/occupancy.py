"""Lets one relay at a time serve a SQLite store: a second one would take the first one's leases.

The lock is on a file beside the store, and ends with the process, even if that is killed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from attio_api.file_locks import claimed
from attio_relay.private_files import keep_private
from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class OccupiedError(Exception):
    """Another relay serves this store."""


@contextmanager
def occupied(store: Path) -> Iterator[None]:
    """Hold the lock on this SQLite file.

    Raises OccupiedError when another process holds it, and StoreError when its folder cannot be written.
    """
    path = store.with_name(f"{store.name}.serving")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        keep_private(path)
        file = path.open("a", encoding="ascii")
    except OSError as error:
        raise StoreError(f"The store {store} cannot be opened: {error.strerror}.") from error
    with file:
        if not claimed(file.fileno()):
            raise OccupiedError(
                f"Another relay serves {store} already. Stop it first; several relays need a Postgres."
            )
        yield
