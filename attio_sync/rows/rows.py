"""Rows to write to Attio, as often as they are asked for, and the file they come from."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import IO, TYPE_CHECKING, Self

from attio_sync.failures import Failed, WrongUsage

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from attio_api.wire import JsonObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """A table of the warehouse: its name for people, its columns, its rows as often as they are asked for."""

    name: str
    columns: tuple[str, ...]
    count: int | None
    read: Callable[[], Iterator[JsonObject]] = field(repr=False)

    @classmethod
    def counted(cls, path: Path, read: Callable[[], Iterator[JsonObject]]) -> Self:
        """The rows of a file of which only a whole reading says how many there are, with which columns."""
        columns: dict[str, None] = {}
        count = 0
        for row in read():
            columns |= dict.fromkeys(row)
            count += 1
        return cls(name=str(path), columns=tuple(columns), count=count, read=read)

    def need(self, columns: list[str]) -> None:
        """Stop, naming the first of these columns that is missing."""
        for column in columns:
            if column not in self.columns:
                raise WrongUsage(f"{self.name} has no column '{column}'{self._instead_of(column)}")

    def _instead_of(self, column: str) -> str:
        near = get_close_matches(column, self.columns, n=1)
        meant = f"; did you mean '{near[0]}'?" if near else "."
        return f"{meant} Its columns: {', '.join(self.columns) or 'none'}."


class SteadyFile:
    """A file that is read again and again instead of being held in memory, so it must stay the same."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._print = _print(path.stat())

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The file's bytes from the start."""
        with self.path.open("rb") as file:
            self.check()
            yield file
            self.check()

    def check(self) -> None:
        """Stop when it is not the file that was read first."""
        if _print(self.path.stat()) != self._print:
            raise Failed(f"{self.path} was changed while it was read. Run this again when it is complete.")


def _print(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
