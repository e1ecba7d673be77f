"""The command `source-attio`: spec, check, discover, read."""

import ctypes
import gc
import sys
from collections.abc import Callable
from typing import TypeVar

import orjson
from airbyte_cdk.entrypoint import AirbyteEntrypoint, launch
from airbyte_cdk.exception_handler import init_uncaught_exception_handler
from airbyte_cdk.logger import init_logger
from airbyte_cdk.models import (
    AirbyteMessageSerializer,
    FailureType,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_attio.source import SourceAttio

Answer = TypeVar("Answer")


_CONTAINERS_A_COLLECTION = 100_000
_M_ARENA_MAX = -8
_M_MMAP_THRESHOLD = -3
_BIG_BLOCK = 256 << 10


def run() -> None:
    """Run one command of the Airbyte protocol."""
    _tune()
    init_uncaught_exception_handler(init_logger("airbyte"))
    args = sys.argv[1:]
    try:
        source = _source(args)
    except AirbyteTracedException as trouble:
        print(orjson.dumps(AirbyteMessageSerializer.dump(trouble.as_sanitized_airbyte_message())).decode())  # noqa: T201 (stdout is the protocol)
        sys.exit(1)
    launch(source, args)


def _source(args: list[str]) -> SourceAttio:
    config = _read("configuration", AirbyteEntrypoint.extract_config(args), SourceAttio.read_config)
    catalog = _read("catalog", AirbyteEntrypoint.extract_catalog(args), SourceAttio.read_catalog)
    state = _read("state", AirbyteEntrypoint.extract_state(args), SourceAttio.read_state)
    return SourceAttio(config, catalog, state)


def _read(noun: str, path: str | None, reader: Callable[[str], Answer]) -> Answer | None:
    """Read a file, or say in one sentence that it cannot be read."""
    if not path:
        return None
    try:
        return reader(path)
    except (OSError, ValueError, TypeError, KeyError) as trouble:
        raise AirbyteTracedException(
            internal_message=str(trouble),
            message=f"The {noun} {path} cannot be read: {type(trouble).__name__}.",
            failure_type=FailureType.config_error,
        ) from trouble


def _tune() -> None:
    """Make Python and the C library fit for big pages and many threads.

    Decoding a page makes tens of thousands of short-lived objects; by default Python looks through them and
    all of the CDK's again and again, which took half of a sync's time. And glibc keeps memory apart for each
    thread that ever held a page; two such places do as well and take a fifth less. Blocks as big as a page or
    a state go back to the system as soon as they are free.
    """
    gc.freeze()
    gc.set_threshold(_CONTAINERS_A_COLLECTION, 20, 20)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, _BIG_BLOCK)
