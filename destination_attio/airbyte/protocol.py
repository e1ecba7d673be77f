"""Airbyte's lines in and out, as raw JSON.

The CDK's own classes drop members that they do not know, such as a state's `id`, without which the platform
fails the sync (docs.airbyte.com/understanding-airbyte/airbyte-protocol). So messages here stay plain JSON.
"""

from __future__ import annotations

import json
import os
import queue
import re
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from attio_api.errors import AttioError, Misconfigured, Transient
from destination_attio.model.encoding import encoded
from destination_attio.storage.journal import JournalError, JournalInUseError
from destination_attio.storage.rejects import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from attio_api.wire import JsonObject

StreamKey = tuple[str | None, str]
_AHEAD: Final = 2_000
"""Lines that are read ahead of the work; when the queue is full, the platform has to wait."""
_ONE_LINE: Final = 16 << 10
"""Bytes after which a line counts as one more, so that long lines take no more than 32 MB ahead."""
_KINDS: Final = frozenset(
    {
        "RECORD",
        "STATE",
        "LOG",
        "TRACE",
        "CONTROL",
        "SPEC",
        "CONNECTION_STATUS",
        "CATALOG",
        "DESTINATION_CATALOG",
    }
)
"""The types of Airbyte's protocol. A message of another one is refused, since it could hold a row."""
_END: Final = object()
_EXACT: Final = 2.0**53
_LONG_NUMBER: Final = re.compile(rb"\d{19}")
"""Numbers with more digits than this may be rounded by the fast parser."""


class BadInput(Exception):  # noqa: N818 (what it is, not that it is one)
    """A line of the input that is not an Airbyte message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One line of the input: the parsed JSON, what kind of message it is, and how many bytes it had."""

    kind: str
    raw: JsonObject
    size: int


def messages(lines: Iterable[bytes | None]) -> Iterator[Message | None]:
    """Parse the lines; None is passed through and means that the input is idle. Raises BadInput."""
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
    if kind not in _KINDS:
        raise BadInput(
            f"The input has a message at line {number} whose type Airbyte's protocol does not have."
        )
    body = raw.get(kind.lower())
    if kind in {"RECORD", "STATE"} and not isinstance(body, dict):
        raise BadInput(f"The input has a {kind} without a `{kind.lower()}` at line {number}.")
    if kind == "RECORD" and not isinstance(body.get("data"), dict):
        raise BadInput(f"The input has a RECORD without data at line {number}.")
    return Message(kind=kind, raw=raw, size=len(line))


def _loads(line: bytes) -> Any:  # noqa: ANN401 (any JSON)
    """Parse a line, with the exact and slower parser where the fast one would round or refuse a row's value.

    The fast parser turns whole numbers beyond 64 bits into floats, and refuses NaN and lone surrogates.
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


def lost_columns(body: Mapping[str, Any]) -> set[str]:
    """The columns of a record that hold null because the source or the platform could not send the value."""
    meta = body.get("meta")
    changes = meta.get("changes") if isinstance(meta, dict) else None
    told = [one for one in changes if isinstance(one, dict)] if isinstance(changes, list) else []
    lost = {one.get("field") for one in told if one.get("change") == "NULLED"}
    return {name for name in lost if isinstance(name, str) and body["data"].get(name, "") is None}


def own_input() -> BinaryIO:
    """The process's input, in an object of its own; raises BadInput where it is closed.

    At its end the interpreter closes `sys.stdin`. It aborts where a thread still waits for a line of it, as
    when a run fails or is stopped while the platform keeps the input open.
    """
    if sys.stdin is None:
        raise BadInput("The input is closed: `write` reads its messages from the standard input.")
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb")


class Ahead(queue.Queue[Any]):
    """Lines that were read ahead; a long one counts as several, so that their memory has a bound."""

    def __init__(self) -> None:
        """Start empty."""
        self._size = 0
        super().__init__(_AHEAD)

    def _qsize(self) -> int:
        return self._size

    def _put(self, item: object) -> None:
        super()._put(item)
        self._size += _weight(item)

    def _get(self) -> object:
        item: object = super()._get()
        self._size -= _weight(item)
        return item


def _weight(item: object) -> int:
    return 1 + len(item) // _ONE_LINE if isinstance(item, bytes) else 1


def lines_or_idle(source: BinaryIO, idle_after: float) -> Iterator[bytes | None]:
    """The lines of a pipe as they come, and a None after each `idle_after` seconds without one."""
    ahead = Ahead()
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


def _read_ahead(source: BinaryIO, ahead: Ahead) -> None:
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
    """A stream's name and namespace; an empty namespace counts as none."""
    return str(namespace) if namespace else None, str(name)


def state_stream(state: Mapping[str, Any]) -> StreamKey | None:
    """The stream that a state is about; None when it is about all of them."""
    descriptor = (
        (state.get("stream") or {}).get("stream_descriptor")
        if isinstance(state.get("stream"), dict)
        else None
    )
    if state.get("type") in (None, "LEGACY", "GLOBAL") or not isinstance(descriptor, dict):
        return None
    return stream_key(descriptor.get("name"), descriptor.get("namespace"))


def ends_stream(state: Mapping[str, Any]) -> bool:
    """Whether the state says that a full refresh was read to its end, in the form the CDK's sources use."""
    stream = state.get("stream")
    found = stream.get("stream_state") if isinstance(stream, dict) else None
    marks = ("__ab_no_cursor_state_message", "__ab_full_refresh_sync_complete")
    return isinstance(found, dict) and any(found.get(mark) is True for mark in marks)


def completed_stream(raw: Mapping[str, Any]) -> StreamKey | None:
    """The stream that a trace message declares COMPLETE; None for any other message."""
    trace = raw.get("trace")
    status = trace.get("stream_status") if isinstance(trace, dict) else None
    if not isinstance(status, dict) or status.get("status") != "COMPLETE":
        return None
    descriptor = status.get("stream_descriptor")
    if not isinstance(descriptor, dict):
        return None
    return stream_key(descriptor.get("name"), descriptor.get("namespace"))


def acknowledged(state: JsonObject, *, stored: int, rejected: int) -> JsonObject:
    """The state with its rows' counts, as floats, in `destinationStats`; all else as it came."""
    stats: JsonObject = {"recordCount": float(stored)}
    if rejected:
        stats["rejectedRecordCount"] = float(rejected)
    body = state["state"]
    return {**state, "state": {**(body if isinstance(body, dict) else {}), "destinationStats": stats}}


def log(level: str, message: str) -> JsonObject:
    """A log message with one sentence."""
    return {"type": "LOG", "log": {"level": level, "message": message}}


def trace(error: BaseException, at: float) -> JsonObject:
    """The trace message of the error that stopped the run; its failure type decides about a retry."""
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
    """config_error (never retried), transient_error (retried soon) or system_error (the platform decides)."""
    if isinstance(error, Misconfigured):
        return "config_error"
    return "transient_error" if isinstance(error, Transient | JournalInUseError) else "system_error"


def printer(out: BinaryIO) -> Callable[[JsonObject], None]:
    """A function that prints a message and flushes at once, so that the platform has every state."""

    def emit(message: JsonObject) -> None:
        out.write(encoded(message) + b"\n")
        out.flush()

    return emit
