"""Airbyte's messages about one stream: rows, states, statuses, failures.

The streams decide which to send and when; this module sends Attio no request.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from airbyte_cdk.models import (
    AirbyteLogMessage,
    AirbyteMessage,
    AirbyteRecordMessage,
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStreamState,
    AirbyteStreamStatus,
    AirbyteStreamStatusReason,
    AirbyteStreamStatusReasonType,
    FailureType,
    Level,
    StreamDescriptor,
    Type,
)
from airbyte_cdk.utils.stream_status_utils import as_airbyte_message
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from attio_api.errors import AttioError, Misconfigured, Transient
from attio_api.wire import JsonObject
from source_attio.decode.printing import REMARK, cleaned, is_refused, parsed

_LOG = logging.getLogger("airbyte.source_attio")
DELETED_RECORDS = "deleted_records"


class PrintedRecord(AirbyteRecordMessage):  # type: ignore[misc] # the CDK does not type it
    """A row that is JSON already, printed without being parsed.

    `data` parses it, so that callers can use it like any other record.
    """

    def __init__(self, stream: str, printed: bytes, emitted_at: int) -> None:  # the parent's would set `data`
        self.stream, self.printed, self.emitted_at = stream, printed, emitted_at

    @property
    def data(self) -> dict[str, Any]:
        """The row's columns, parsed anew on each access."""
        return parsed(self.printed)

    def line(self) -> bytes:
        """Return the message as a line of JSON, as the CDK would print it."""
        message = b'{"type":"RECORD","record":{"stream":%b,"data":%b,"emitted_at":%d}}\n'
        return message % (orjson.dumps(self.stream), self.printed, self.emitted_at)


class RecordMessage(AirbyteMessage):
    """A message of a row; its other members keep the class's defaults, so that it is made with one step."""

    type = Type.RECORD

    def __init__(self, record: AirbyteRecordMessage) -> None:  # the parent's would set each member
        self.record = record


@dataclass(frozen=True, kw_only=True, slots=True)
class Outbox:
    """Makes one stream's messages."""

    stream: str
    wall_ms: Callable[[], int]

    def row(self, data: JsonObject) -> AirbyteMessage:
        """Make one row's message."""
        record = AirbyteRecordMessage(stream=self.stream, data=data, emitted_at=self.wall_ms())
        return AirbyteMessage(type=Type.RECORD, record=record)

    def rows(self, many: Iterator[JsonObject]) -> Iterator[AirbyteMessage]:
        """Make the messages of rows with one `emitted_at`; cleans their texts, and logs it."""
        now, stream = self.wall_ms(), self.stream
        for each in many:
            data = each
            if is_refused(each):
                data = {name: cleaned(value) for name, value in each.items()}
                _LOG.warning("%s: in the texts of a row, %s.", stream, REMARK)
            record = AirbyteRecordMessage(stream=stream, data=data, emitted_at=now)
            yield AirbyteMessage(type=Type.RECORD, record=record)

    def printed(self, many: Iterator[bytes]) -> Iterator[AirbyteMessage]:
        """Make the messages of rows that are JSON already, with one `emitted_at`."""
        now, stream = self.wall_ms(), self.stream
        for row in many:
            yield RecordMessage(PrintedRecord(stream, row, now))

    def state(self, facts: JsonObject) -> AirbyteMessage:
        """Make a checkpoint, which accounts for every row before it."""
        descriptor = StreamDescriptor(name=self.stream)
        state = AirbyteStreamState(stream_descriptor=descriptor, stream_state=AirbyteStateBlob(facts))
        return AirbyteMessage(
            type=Type.STATE, state=AirbyteStateMessage(type=AirbyteStateType.STREAM, stream=state)
        )

    def status(self, status: AirbyteStreamStatus, *, rate_limited: bool = False) -> AirbyteMessage:
        """Make the stream's status; `rate_limited` adds the reason that it waits for quota."""
        reason = AirbyteStreamStatusReason(type=AirbyteStreamStatusReasonType.RATE_LIMITED)
        reasons = [reason] if rate_limited else None
        return as_airbyte_message(StreamDescriptor(name=self.stream), status, reasons)

    def failure(self, trouble: Exception) -> AirbyteMessage:
        """Make the error message of a stream that ends early."""
        return traced(trouble, self.stream).as_sanitized_airbyte_message()


def stream_of(state: AirbyteMessage) -> str | None:
    """Return the name of the stream that a state belongs to."""
    return state.state.stream.stream_descriptor.name if state.state and state.state.stream else None


def again(state: AirbyteMessage) -> AirbyteMessage:
    """Make a message of the same state, with no counts in it yet."""
    stream = state.state.stream if state.state else None
    body = AirbyteStateMessage(type=AirbyteStateType.STREAM, stream=stream)
    return AirbyteMessage(type=Type.STATE, state=body)


def remark(text: str) -> AirbyteMessage:
    """Make a log message that keeps its place among the other messages."""
    return AirbyteMessage(type=Type.LOG, log=AirbyteLogMessage(level=Level.INFO, message=text))


def traced(trouble: Exception, stream: str | None = None) -> AirbyteTracedException:
    """Turn an error into Airbyte's: a sentence, its remedy, and the failure type, which says who must act."""
    if isinstance(trouble, AirbyteTracedException):
        return trouble
    descriptor = StreamDescriptor(name=stream) if stream else None
    about = f"{stream}: " if stream else ""
    if not isinstance(trouble, AttioError):
        message = f"{about}an error in the connector itself ({type(trouble).__name__})."
        return AirbyteTracedException(
            internal_message=str(trouble),
            message=message,
            failure_type=FailureType.system_error,
            exception=trouble,
            stream_descriptor=descriptor,
        )
    message = f"{about}{trouble.message} {trouble.remedy or ''}".strip()
    return AirbyteTracedException(
        internal_message=f"{type(trouble).__name__} (HTTP {trouble.status}, {trouble.code})",
        message=message,
        failure_type=failure_type(trouble),
        exception=trouble,
        stream_descriptor=descriptor,
    )


def failure_type(trouble: AttioError) -> FailureType:
    """Return Airbyte's failure type, which says who must act, for an error of `attio_api.errors`."""
    if isinstance(trouble, Misconfigured):
        return FailureType.config_error
    return FailureType.transient_error if isinstance(trouble, Transient) else FailureType.system_error
