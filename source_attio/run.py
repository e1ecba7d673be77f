"""Starts the command `source-attio`, in an interpreter fit for big pages and many threads."""

import ctypes
import gc
import os
import sys
from typing import Final

_CONTAINERS_A_COLLECTION: Final = 100_000
_M_ARENA_MAX: Final = -8
_M_MMAP_THRESHOLD: Final = -3
_BIG_BLOCK: Final = 256 << 10


def run() -> None:
    """Run one command of the Airbyte protocol."""
    gc.disable()
    # Here, because its modules make a million objects that stay: looking through them takes half a second.
    from attio_api.deadline import is_deserted  # noqa: PLC0415
    from source_attio.command import main  # noqa: PLC0415

    _tune()
    main(sys.argv[1:])
    if is_deserted():
        # A check that was answered without waiting: its threads would keep the process until they give up.
        sys.stdout.flush()
        os._exit(0)


def _tune() -> None:
    """Look for garbage seldom, and give big blocks of memory back at once.

    Decoding a page makes tens of thousands of short-lived objects; by default Python looks through them and
    all of the CDK's again and again, which took half of a sync's time. And glibc keeps memory apart for each
    thread that ever held a page; two such places do as well and take a fifth less. Blocks as big as a page or
    a state go back to the system as soon as they are free.
    """
    gc.freeze()
    gc.set_threshold(_CONTAINERS_A_COLLECTION, 20, 20)
    gc.enable()
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, _BIG_BLOCK)
