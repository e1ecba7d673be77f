"""A file system for SQLite that remembers which bytes were flushed: after a power cut only those are left.

A shim over SQLite's file layer, registered through ctypes in the library that Python's `sqlite3` uses. What
is flushed goes to a second folder as well; what is only written does not.
"""

import _sqlite3
import ctypes
import os
import threading
from collections.abc import Callable
from pathlib import Path

OK = 0
REFUSAL = "refusal"
POINTERS_AFTER_SYNC = 13
_kept: list[object] = []


class IoMethods(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("write", ctypes.c_void_p),
        ("truncate", ctypes.c_void_p),
        ("sync", ctypes.c_void_p),
        ("others", ctypes.c_void_p * POINTERS_AFTER_SYNC),
    )


class File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(IoMethods)),)


class Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 16),
    )


OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(File), ctypes.c_int, ctypes.c_void_p
)
DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
WRITE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(File), ctypes.c_void_p, ctypes.c_int, ctypes.c_longlong)
TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(File), ctypes.c_longlong)
SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(File), ctypes.c_int)

Change = Callable[[int], None]


class Platter:
    """What would be on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: dict[int, str] = {}
        self.pending: dict[str, list[Change]] = {}
        self.lock = threading.Lock()
        """Two threads flush the log: whoever finds nothing pending waits for what the other one has taken."""

    def refusal(self) -> int:
        """SQLite's code that every write ends with as long as a file holds one, of a full disk say."""
        told = self.folder / REFUSAL
        return int(told.read_text()) if told.exists() else OK

    def later(self, address: int, change: Change) -> None:
        if address in self.paths:
            self.pending.setdefault(self.paths[address], []).append(change)

    def flush(self, address: int) -> None:
        name = self.paths.get(address)
        with self.lock:
            changes = self.pending.pop(name, []) if name else []
            if name and changes:
                descriptor = os.open(self.folder / name, os.O_CREAT | os.O_RDWR)
                for change in changes:
                    change(descriptor)
                os.close(descriptor)

    def forget(self, name: str) -> None:
        self.pending.pop(name, None)
        (self.folder / name).unlink(missing_ok=True)


def _address(file: object) -> int:
    return ctypes.cast(file, ctypes.c_void_p).value or 0  # type: ignore[arg-type] # a pointer, which ctypes leaves untyped


def _last_part(name: int) -> str:
    return Path(ctypes.string_at(name).decode()).name


def install(folder: Path) -> None:
    """Make every database that this process opens from now on leave only flushed bytes in the folder."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
    real = library.sqlite3_vfs_find(None)
    shim = Vfs.from_buffer_copy(real.contents)
    platter = Platter(folder)
    real_open, real_delete = OPEN(shim.open), DELETE(shim.delete)

    # SQLite keeps the pointer to the name for as long as the file is open: it is passed on, not the text.
    def opened(vfs: int, name: int | None, file: object, flags: int, out: int) -> int:
        result = real_open(ctypes.addressof(real.contents), name, file, flags, out)
        if result == OK and name is not None:
            platter.paths[_address(file)] = _last_part(name)
            file.contents.methods = ctypes.pointer(_watching(file.contents.methods, platter))  # type: ignore[attr-defined] # as above
        return result

    def deleted(vfs: int, name: int, sync: int) -> int:
        platter.forget(_last_part(name))
        return real_delete(ctypes.addressof(real.contents), name, sync)

    callbacks = OPEN(opened), DELETE(deleted)
    shim.open, shim.delete = (ctypes.cast(each, ctypes.c_void_p).value for each in callbacks)
    shim.name = b"power"
    _kept.extend([shim, callbacks, library])
    library.sqlite3_vfs_register(ctypes.byref(shim), 1)


_methods: dict[int, IoMethods] = {}


def _watching(methods: "ctypes._Pointer[IoMethods]", platter: Platter) -> IoMethods:
    """The same methods, with writing, cutting and flushing noticed."""
    address = _address(methods)
    if address not in _methods:
        found = IoMethods.from_buffer_copy(methods.contents)
        real_write, real_truncate, real_sync = WRITE(found.write), TRUNCATE(found.truncate), SYNC(found.sync)

        def write(file: object, buffer: int, amount: int, offset: int) -> int:
            if code := platter.refusal():
                return code
            data = ctypes.string_at(buffer, amount)
            platter.later(_address(file), lambda descriptor: void(os.pwrite(descriptor, data, offset)))
            return real_write(file, buffer, amount, offset)

        def truncate(file: object, size: int) -> int:
            platter.later(_address(file), lambda descriptor: os.ftruncate(descriptor, size))
            return real_truncate(file, size)

        def sync(file: object, flags: int) -> int:
            result = real_sync(file, flags)
            platter.flush(_address(file))
            return result

        callbacks = WRITE(write), TRUNCATE(truncate), SYNC(sync)
        found.write, found.truncate, found.sync = (
            ctypes.cast(each, ctypes.c_void_p).value for each in callbacks
        )
        _methods[address] = found
        _kept.extend([callbacks, methods])
    return _methods[address]


def void(result: object) -> None:
    """Drop a result."""
    del result
