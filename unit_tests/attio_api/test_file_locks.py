"""One process at a time holds the lock on a file, on every system."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from attio_api import file_locks


class Msvcrt(ModuleType):
    """The locks of Windows, as far as the module uses them: each on some bytes from where the file stands."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        super().__init__("msvcrt")
        self.held: dict[tuple[int, int], int] = {}

    def locking(self, file: int, mode: int, count: int) -> None:
        """Lock one byte for an open file; raises PermissionError when another one has it."""
        assert (mode, count) == (self.LK_NBLCK, 1)
        byte = (os.fstat(file).st_ino, os.lseek(file, 0, os.SEEK_CUR))
        if self.held.setdefault(byte, file) != file:
            raise PermissionError(13, "Permission denied")


def on_windows(monkeypatch: pytest.MonkeyPatch, locks: Msvcrt) -> ModuleType:
    """The module as Windows imports it."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", locks)
    specification = importlib.util.spec_from_file_location("file_locks_of_windows", file_locks.__file__)
    assert specification is not None
    assert specification.loader is not None
    found = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(found)
    return found


def test_a_second_one_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    """Also within one process."""
    path = tmp_path / "lock"
    with path.open("a+b") as first, path.open("a+b") as second:
        assert file_locks.claimed(first.fileno())
        assert not file_locks.claimed(second.fileno())
        first.close()
        assert file_locks.claimed(second.fileno())


def test_windows_locks_a_byte_that_nobody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file says stays readable there, and the file is read on from where it was."""
    locks = Msvcrt()
    path = tmp_path / "lock"
    path.write_bytes(b"1234")
    with path.open("r+b", buffering=0) as first, path.open("r+b", buffering=0) as second:
        claimed = on_windows(monkeypatch, locks).claimed
        assert claimed(first.fileno())
        assert not claimed(second.fileno())
        assert first.read() == second.read() == b"1234"

    assert [place for _, place in locks.held] == [1 << 30]
