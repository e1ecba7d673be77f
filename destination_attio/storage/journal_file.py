"""Watches the file of an open journal, which somebody may delete or replace while a run writes to it.

The operating system lets the run go on writing into the file that has no name any more, and drops all of it
at the end. So the run looks at the name before it writes, and what the journal holds is copied to a new file.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

PRIVATE: Final = 0o600
"""The file's mode: the journal holds rows, so only its owner may read it."""


class JournalFile:
    """The file under the journal's name, at the moment at which the journal was opened."""

    def __init__(self, path: Path) -> None:
        """The file has to exist."""
        self._path, self._known = path, _identity(path)
        self._kept_at: Path | None = None

    @property
    def is_in_place(self) -> bool:
        """Whether the name still means the same file."""
        return _identity(self._path) == self._known

    @property
    def kept_at(self) -> Path:
        """The path at which the journal is kept once it is no longer in place: its own where that is free."""
        if self._kept_at is None or self._kept_at.exists():
            path = self._path
            others = (path.with_name(f"{path.stem}.kept-{number}{path.suffix}") for number in count(1))
            self._kept_at = path if not path.exists() else next(one for one in others if not one.exists())
        return self._kept_at

    def copied(self, db: duckdb.DuckDBPyConnection) -> Path:
        """Copy the open journal to a file beside its place, since DuckDB takes no name twice."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_name(f".{self._path.name}.part")
        part.unlink(missing_ok=True)
        ((name,),) = db.execute("SELECT current_database()").fetchall()
        quoted, own = str(part).replace("'", "''"), str(name).replace('"', '""')
        db.execute(f"ATTACH '{quoted}' AS kept")
        db.execute(f'COPY FROM DATABASE "{own}" TO kept')
        db.execute("DETACH kept")
        part.chmod(PRIVATE)
        return part


def _identity(path: Path) -> tuple[int, int] | None:
    """The number of the file behind a name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
