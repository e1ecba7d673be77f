"""Stores rejected rows for the user, in the rejects file or object storage: a line per row, with the remedy.

A line holds the row itself, so that it can be corrected and pushed again; so the file is private.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import orjson

from destination_attio.model.encoding import encoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import FileIO

    from attio_api.wire import JsonObject
    from destination_attio.model.plan import Change

_PRIVATE: Final = 0o600


class StorageError(Exception):
    """Rows could not be stored, rejected or deferred ones; no row after them may be acknowledged."""

    def __init__(self, message: str, remedy: str) -> None:
        """`message` says what is wrong, `remedy` what to do."""
        super().__init__(message)
        self.message, self.remedy = message, remedy


class Rejects(Protocol):
    """A place for rejected rows."""

    place: str | None

    def keep(self, refused: Sequence[tuple[Change, Mapping[str, Any]]]) -> None:
        """Store the rows durably before returning; raises StorageError."""

    def check(self) -> None:
        """Check that rows could be stored; raises StorageError."""


class Nowhere:
    """No place: rejected rows are counted and logged, not stored."""

    place: str | None = None

    def keep(self, refused: Sequence[tuple[Change, Mapping[str, Any]]]) -> None:
        """Store nothing."""

    def check(self) -> None:
        """Do nothing, since nothing can fail."""


class RejectsFile:
    """One JSONL file, which is appended to."""

    def __init__(self, path: str) -> None:
        """The file is created with the first rejected row."""
        self.place: str | None = path

    def keep(self, refused: Sequence[tuple[Change, Mapping[str, Any]]]) -> None:
        """Append the rows, and wait until they are on the disk."""
        if refused:
            self._append(lines(refused))

    def check(self) -> None:
        """Open the file in the way that `keep` will."""
        self._append(b"")

    def _append(self, content: bytes) -> None:
        path = Path(str(self.place))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_fifo():  # opening one waits for whoever reads it
                raise StorageError(
                    f"The rejected rows cannot be written to {path} (it is a named pipe).",
                    "Give the path of a file.",
                )
            with open(path, "ab", buffering=0, opener=_private) as file:
                _write_whole(file, content)
        except OSError as error:
            raise StorageError(
                f"The rejected rows cannot be written to {path} ({error.strerror}).",
                "Check the path, its permissions and the free space on the disk.",
            ) from error


def _private(path: str, flags: int) -> int:
    """An opener: a file that it creates can be read by its owner alone."""
    return os.open(path, flags, _PRIVATE)


def _write_whole(file: FileIO, content: bytes) -> None:
    """Write all or nothing: half a line at the end would damage the next one."""
    end = file.seek(0, os.SEEK_END)
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[file.write(rest) or 0 :]
        os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):  # devices cannot be truncated
            file.truncate(end)
        raise


def lines(refused: Sequence[tuple[Change, Mapping[str, Any]]]) -> bytes:
    """One JSON object per row, as bytes."""
    found = (_line(change, row) for change, row in refused)
    return b"".join(encoded(one, default=str, option=orjson.OPT_NON_STR_KEYS) + b"\n" for one in found)


def _line(change: Change, row: Mapping[str, Any]) -> JsonObject:
    return {
        "stream": change.stream,
        "target": change.target,
        "row_number": change.row_number,
        "key": change.key,
        "attribute": change.attribute,
        "column": change.column,
        "value": _shape(row[change.column]) if change.column and change.column in row else None,
        "code": change.code,
        "reason": change.reason,
        "remedy": change.remedy,
        "attio_says": change.attio_says,
        "row": dict(row),
    }


def _shape(value: object) -> str:
    """The shape of a value, by which rejects can be grouped without showing their content."""
    if isinstance(value, str):
        return f"text of {len(value)} characters"
    if isinstance(value, list | tuple):
        return f"list of {len(value)}"
    if isinstance(value, Mapping):
        return f"object with {len(value)} members"
    return "nothing" if value is None else type(value).__name__


def read_rejects(path: str | Path) -> Iterator[tuple[str, JsonObject]]:
    """Stream and row of every line of a rejects file; raises StorageError naming a line that is invalid."""
    try:
        with Path(path).open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _read(line, f"Line {number} of {path}")
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}).", "Check the path.") from error


def _read(line: bytes, where: str) -> tuple[str, JsonObject]:
    try:
        raw = json.loads(line)
        return str(raw["stream"]), cast("JsonObject", dict(raw["row"]))
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{where} is not a rejected row.", "Use a file that a push has written."
        ) from error
