"""The command `source-attio` of the Airbyte protocol: spec, check, discover, read."""

import logging
import sys
from collections.abc import Callable
from typing import TypeVar

import orjson
from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.exception_handler import init_uncaught_exception_handler
from airbyte_cdk.logger import init_logger
from airbyte_cdk.models import (
    AirbyteConnectionStatus,
    AirbyteMessage,
    AirbyteMessageSerializer,
    FailureType,
    Status,
    Type,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from attio_api.deadline import UNFORESEEN_IN_A_CHECK, seconds_left
from source_attio.emit.entrypoint import launch
from source_attio.head_start import HeadStart
from source_attio.source import SourceAttio

Result = TypeVar("Result")


def main(args: list[str], begun: HeadStart | None = None) -> None:
    """Run one command of the Airbyte protocol; `begun` is what was asked of Attio for it before."""
    logger = init_logger("airbyte")
    init_uncaught_exception_handler(logger)
    if args[:1] == ["check"]:
        _check(args, logger)
        return
    try:
        source = _source(args)
    except AirbyteTracedException as trouble:
        _print(trouble.as_sanitized_airbyte_message())
        sys.exit(1)
    source.begun = begun
    launch(source, args)


def _check(args: list[str], logger: logging.Logger) -> None:
    """Check, and print a connection status whatever happens: without one the platform shows an exit code."""
    try:
        source = _source(args)
        source.seconds_of_a_check = seconds_left
        launch(source, args)
    except AirbyteTracedException as trouble:
        _print(trouble.as_connection_status_message() or _unforeseen(trouble, logger))
    except Exception as trouble:  # noqa: BLE001 (logged, and answered)
        _print(_unforeseen(trouble, logger))


def _unforeseen(trouble: Exception, logger: logging.Logger) -> AirbyteMessage:
    logger.error("The check failed.", exc_info=trouble)
    message = UNFORESEEN_IN_A_CHECK.format(kind=type(trouble).__name__)
    status = AirbyteConnectionStatus(status=Status.FAILED, message=message)
    return AirbyteMessage(type=Type.CONNECTION_STATUS, connectionStatus=status)


def _print(message: AirbyteMessage) -> None:
    print(orjson.dumps(AirbyteMessageSerializer.dump(message)).decode())  # noqa: T201 (stdout is the protocol)


def _source(args: list[str]) -> SourceAttio:
    config = _read("configuration", AirbyteEntrypoint.extract_config(args), SourceAttio.read_config)
    catalog = _read("catalog", AirbyteEntrypoint.extract_catalog(args), SourceAttio.read_catalog)
    state = _read("state", AirbyteEntrypoint.extract_state(args), SourceAttio.read_state)
    return SourceAttio(config, catalog, state)


def _read(noun: str, path: str | None, reader: Callable[[str], Result]) -> Result | None:
    """Read a file, or return None without a path; raises AirbyteTracedException when it cannot be read."""
    if not path:
        return None
    try:
        return reader(path)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as trouble:
        reason = trouble.strerror if isinstance(trouble, OSError) else "it is not the JSON of the protocol"
        raise AirbyteTracedException(
            internal_message=str(trouble),
            message=f"The {noun} at {path} cannot be read: {reason}. Correct the file.",
            failure_type=FailureType.config_error,
        ) from trouble
