"""Airbyte's lines in and out, as raw JSON.

The CDK's own classes drop what they do not know, a state's `id` among it, without which the platform
fails the sync (docs.airbyte.com/understanding-airbyte/airbyte-protocol). So nothing here goes through
them.
"""

from __future__ import annotations

import json
import queue
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from attio_api.errors import AttioError, Misconfigured, Transient
from destination_attio.storage.journal import JournalError
from destination_attio.storage.rejects import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from attio_api.wire import JsonObject

StreamKey = tuple[str | None, str]
_AHEAD: Final = 2_000
"""Lines read before they are worked on; a full queue makes the platform wait."""
_END: Final = object()
_EXACT: Final = 2.0**53
_LONG_NUMBER: Final = re.compile(rb"\d{19}")
"""More digits than the fast parser is sure to keep."""


class BadInput(Exception):  # noqa: N818 (what it is, not that it is one)
    """A line of the input is no Airbyte message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One line of the input: the parsed JSON, and what kind of message it is."""

    kind: str
    raw: JsonObject


def messages(lines: Iterable[bytes | None]) -> Iterator[Message | None]:
    """Parse the lines; None passes through as the sign that the input is idle. Raises BadInput."""
    number = 0
    for line in lines:
        if line is None:
            yield None
            continue
        number += 1
        if line.strip():
            yield _parse(line, number)


def _parse(line: bytes, number: int) -> Message:
    try:
        raw = _loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The input is not JSON at line {number}.") from error
    kind = raw.get("type") if isinstance(raw, dict) else None
    if not isinstance(kind, str):
        raise BadInput(f"The input has no Airbyte message at line {number}: it has no type.")
    body = raw.get(kind.lower())
    if kind in {"RECORD", "STATE"} and not isinstance(body, dict):
        raise BadInput(f"The input has a {kind} without a `{kind.lower()}` at line {number}.")
    if kind == "RECORD" and not isinstance(body.get("data"), dict):
        raise BadInput(f"The input has a RECORD without data at line {number}.")
    return Message(kind=kind, raw=raw)


def _loads(line: bytes) -> Any:  # noqa: ANN401 (any JSON)
    """Parse a line; slowly where the fast parser has rounded, or refuses what is one row's trouble.

    It makes floats of whole numbers beyond 64 bits, and knows neither NaN nor halves of characters.
    """
    try:
        found = orjson.loads(line)
    except ValueError:
        return json.loads(line)
    return json.loads(line) if _is_rounded(found, line) else found


def _is_rounded(found: Any, line: bytes) -> bool:  # noqa: ANN401 (any JSON)
    record = found.get("record") if isinstance(found, dict) else None
    data = record.get("data") if isinstance(record, dict) else None
    if isinstance(data, dict):
        return any(type(one) is float and not -_EXACT < one < _EXACT for one in data.values())
    return _LONG_NUMBER.search(line) is not None


def _dumps(message: JsonObject) -> bytes:
    try:
        return orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # numbers beyond 64 bits, halves of characters
        return json.dumps(message).encode() + b"\n"


def lines_or_idle(source: BinaryIO, idle_after: float) -> Iterator[bytes | None]:
    """The lines of a pipe as they come, and None whenever none came for a while."""
    ahead: queue.Queue[Any] = queue.Queue(_AHEAD)
    threading.Thread(target=_read_ahead, args=(source, ahead), daemon=True).start()
    while True:
        try:
            line = ahead.get(timeout=idle_after)
        except queue.Empty:
            yield None
            continue
        if line is _END:
            return
        if isinstance(line, Exception):
            raise line
        yield line


def _read_ahead(source: BinaryIO, ahead: queue.Queue[Any]) -> None:
    try:
        for line in source:
            ahead.put(line)
    except (OSError, ValueError) as error:
        ahead.put(BadInput(f"The input broke off: {error}."))
    ahead.put(_END)


def stream_of(body: Mapping[str, Any]) -> StreamKey:
    """The stream that a record belongs to."""
    return stream_key(body.get("stream"), body.get("namespace"))


def stream_key(name: object, namespace: object) -> StreamKey:
    """A stream by its name and namespace; an empty namespace is none."""
    return str(namespace) if namespace else None, str(name)


def state_stream(state: Mapping[str, Any]) -> StreamKey | None:
    """The stream that a state is about; None when it is about all of them."""
    descriptor = (
        (state.get("stream") or {}).get("stream_descriptor")
        if isinstance(state.get("stream"), dict)
        else None
    )
    if state.get("type") in {None, "LEGACY", "GLOBAL"} or not isinstance(descriptor, dict):
        return None
    return stream_key(descriptor.get("name"), descriptor.get("namespace"))


def ends_stream(state: Mapping[str, Any]) -> bool:
    """Whether the state says that a full refresh was read to its end, as the CDK's sources mark it."""
    stream = state.get("stream")
    found = stream.get("stream_state") if isinstance(stream, dict) else None
    marks = ("__ab_no_cursor_state_message", "__ab_full_refresh_sync_complete")
    return isinstance(found, dict) and any(found.get(mark) is True for mark in marks)


def completed_stream(raw: Mapping[str, Any]) -> StreamKey | None:
    """The stream of a trace that says COMPLETE, if it is one."""
    trace = raw.get("trace")
    status = trace.get("stream_status") if isinstance(trace, dict) else None
    if not isinstance(status, dict) or status.get("status") != "COMPLETE":
        return None
    descriptor = status.get("stream_descriptor")
    if not isinstance(descriptor, dict):
        return None
    return stream_key(descriptor.get("name"), descriptor.get("namespace"))


def acknowledged(state: JsonObject, *, stored: int, rejected: int) -> JsonObject:
    """The state as it came, with what became of its rows, in numbers with a decimal point."""
    stats: JsonObject = {"recordCount": float(stored)}
    if rejected:
        stats["rejectedRecordCount"] = float(rejected)
    body = state["state"]
    return {**state, "state": {**(body if isinstance(body, dict) else {}), "destinationStats": stats}}


def log(level: str, message: str) -> JsonObject:
    """One sentence for the sync's log."""
    return {"type": "LOG", "log": {"level": level, "message": message}}


def trace(error: BaseException, at: float) -> JsonObject:
    """What stopped the run, for the platform to show and to decide whether trying again can help."""
    message = error.message if isinstance(error, AttioError | JournalError | StorageError) else str(error)
    remedy = getattr(error, "remedy", None)
    shown = f"{message} {remedy}" if remedy else message
    body: JsonObject = {
        "message": shown,
        "internal_message": f"{type(error).__name__}: {message}",
        "failure_type": failure_type(error),
    }
    return {"type": "TRACE", "trace": {"type": "ERROR", "emitted_at": at, "error": body}}


def failure_type(error: BaseException) -> str:
    """config_error is never tried again, transient_error soon, system_error by the platform's rules."""
    if isinstance(error, Misconfigured):
        return "config_error"
    return "transient_error" if isinstance(error, Transient) else "system_error"


def printer(out: BinaryIO) -> Callable[[JsonObject], None]:
    """Prints a message and flushes: a state in a buffer is a state that the platform does not have."""

    def emit(message: JsonObject) -> None:
        out.write(_dumps(message))
        out.flush()

    return emit
