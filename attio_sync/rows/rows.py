"""Rows to write to Attio, which can be read several times, and the files they come from."""

from __future__ import annotations

import gzip
import io
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice
from typing import IO, TYPE_CHECKING, Final, Self, cast

from attio_sync.failures import Failed, WrongUsage
from destination_attio.model.targets import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from attio_api.wire import JsonObject

    OnRead = Callable[[int, int], None]
    """Receives how many bytes of a file were read, and how many it has."""

_AT_ONCE: Final = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """A table of rows: its name for people, its columns, and a function that reads the rows anew."""

    name: str
    columns: tuple[str, ...]
    count: int | None
    read: Callable[[], Iterator[JsonObject]] = field(repr=False)
    is_written: bool = False
    """Whether people wrote the cells, so that an empty one is no value and dates have any form."""
    remarks: tuple[str, ...] = ()
    """Sentences on what the file showed, for its owner."""
    origin: JsonObject | None = None
    """The file, as `origin_of` notes it; None for other rows."""
    filled: Callable[[], dict[str, int]] | None = field(default=None, repr=False)
    """Non-empty cells of each column, where a warehouse can count them without sending the rows."""
    narrowed: Callable[[frozenset[str]], Callable[[], Iterator[JsonObject]]] | None = field(
        default=None, repr=False
    )
    """Reads some of the columns alone, where a warehouse can do that."""

    def only(self, columns: Iterable[str]) -> Rows:
        """The rows with at least these columns; a file is read whole nevertheless."""
        if self.narrowed is None:
            return self
        return replace(self, read=self.narrowed(frozenset(columns)))

    def first(self, most: int | None) -> Rows:
        """The first rows alone; all without a number."""
        if most is None:
            return self
        count = None if self.count is None else min(self.count, most)
        return replace(self, count=count, read=lambda: islice(self.read(), most), narrowed=None)

    @classmethod
    def counted(cls, path: Path, read: Callable[[], Iterator[JsonObject]]) -> Self:
        """The rows of a file that is read whole once, to learn their number and columns."""
        columns: dict[str, None] = {}
        count = 0
        for row in read():
            columns |= dict.fromkeys(row)
            count += 1
        columns.pop(UNREADABLE, None)
        return cls(name=str(path), columns=tuple(columns), count=count, read=read)

    def need(self, columns: list[str]) -> None:
        """Raise WrongUsage naming the first of these columns that is missing."""
        for column in columns:
            if column not in self.columns:
                raise WrongUsage(f"{self.name} has no column '{column}'{self._instead_of(column)}")

    def _instead_of(self, column: str) -> str:
        near = get_close_matches(column, self.columns, n=1)
        meant = f"; did you mean '{near[0]}'?" if near else "."
        return f"{meant} Its columns: {', '.join(self.columns) or 'none'}."


class FileChanged(Failed):
    """A file or table has changed since it was first read, so that its rows cannot be read as they were."""


class SteadyFile:
    """A file that is read several times instead of being held in memory, so it must not change."""

    def __init__(
        self,
        path: Path,
        *,
        name: Path | None = None,
        keep: object = None,
        beside: tuple[Path, ...] = (),
        on_read: OnRead | None = None,
    ) -> None:
        """`name` is for people; `keep` is an object that must live as long, such as a temporary file.

        `beside` are files with a part of the content, which need not exist.
        """
        self.place, self.path, self._kept = path, name or path, keep
        self._on_read = on_read
        self._all = (path, *beside)
        self._prints = [*map(_print, self._all)]

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The file's bytes from the start, decompressed; raises FileChanged if the file has changed."""
        self.check()
        try:
            with self._raw() as raw, gzip.open(raw) if self.is_packed else raw as file:
                yield cast("IO[bytes]", file)
        except (gzip.BadGzipFile, EOFError) as error:
            raise WrongUsage(f"{self.path} is not a whole gzip file.") from error
        self.check()

    def _raw(self) -> io.BufferedReader:
        if self._on_read is None:
            return self.place.open("rb")
        return io.BufferedReader(_Heard(self.place, self._on_read), _AT_ONCE)

    @property
    def is_packed(self) -> bool:
        """Whether gzip compressed it, by its ending."""
        return self.path.suffix.lower() == ".gz"

    def check(self) -> None:
        """Raise FileChanged when the file has changed since it was first read."""
        if [*map(_print, self._all)] != self._prints:
            raise FileChanged(
                f"{self.path} was changed while it was read. Run this again when it is complete."
            )


class _Heard(io.FileIO):
    """A file that tells how far it was read, whenever that is another hundredth of it."""

    def __init__(self, path: Path, on_read: OnRead) -> None:
        super().__init__(path)
        self._on_read, self._total = on_read, path.stat().st_size
        self._told = -1

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read the next bytes."""
        count = super().readinto(buffer)
        done = self.tell()
        share = 100 * done // max(self._total, 1)
        if share != self._told:
            self._told = share
            self._on_read(done, self._total)
        return count


def _print(path: Path) -> tuple[int, ...] | None:
    """What changes with a file's content; None where there is no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
