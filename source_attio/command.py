"""The command `source-attio` of the Airbyte protocol: spec, check, discover, read."""

import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

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
from source_attio.engine_source import EngineSource
from source_attio.head_start import HeadStart

if TYPE_CHECKING:
    import io


def main(args: list[str], begun: HeadStart | None = None) -> None:
    """Run one command of the Airbyte protocol; `begun` is what was asked of Attio for it before."""
    # Airbyte's protocol is UTF-8, whatever the system prints in.
    cast("io.TextIOWrapper", sys.stdout).reconfigure(encoding="utf-8")
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


def _source(args: list[str]) -> EngineSource:
    """Return the source, once each file of the arguments can be read; the entrypoint reads it again."""
    _try("configuration", AirbyteEntrypoint.extract_config(args), EngineSource.read_config)
    _try("catalog", AirbyteEntrypoint.extract_catalog(args), EngineSource.read_catalog)
    _try("state", AirbyteEntrypoint.extract_state(args), EngineSource.read_state)
    return EngineSource()


def _try(noun: str, path: str | None, reader: Callable[[str], object]) -> None:
    """Read a file, if there is a path; raises AirbyteTracedException when it cannot be read."""
    if not path:
        return
    try:
        reader(path)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as trouble:
        reason = trouble.strerror if isinstance(trouble, OSError) else "it is not the JSON of the protocol"
        raise AirbyteTracedException(
            internal_message=str(trouble),
            message=f"The {noun} at {path} cannot be read: {reason}. Correct the file.",
            failure_type=FailureType.config_error,
        ) from trouble
