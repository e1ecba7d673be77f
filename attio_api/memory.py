"""Settings of the interpreter's memory for a command that reads big pages in many threads."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTAINERS_A_COLLECTION: Final = 100_000
_M_ARENA_MAX: Final = -8
_M_MMAP_THRESHOLD: Final = -3
_BIG_BLOCK: Final = 256 << 10


def give_back() -> None:
    """Return free heap memory to the system, as before work that needs much at once; Linux only."""
    trim = _of_libc("malloc_trim")
    if trim:
        trim(0)


def tune() -> None:
    """Collect garbage seldom, and return big blocks of memory to the system at once.

    Decoding a page makes tens of thousands of short-lived objects, and by default Python looks through them
    again and again. And glibc keeps an arena for each thread that ever held a page; two arenas are as fast
    and take a fifth less. Blocks as big as a page or a state go back to the system as soon as they are free.
    """
    gc.set_threshold(_CONTAINERS_A_COLLECTION, 20, 20)
    mallopt = _of_libc("mallopt")
    if mallopt:
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, _BIG_BLOCK)


def _of_libc(name: str) -> Callable[..., int] | None:
    """A function of glibc; None elsewhere."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
