"""Airbyte's lines, read and written raw."""

import io
import json
import sys
from typing import Any

import pytest

from attio_api.errors import BadToken, Rejected, ServerTrouble
from destination_attio.airbyte.protocol import (
    Ahead,
    BadInput,
    acknowledged,
    completed_stream,
    ends_stream,
    failure_type,
    lines_or_idle,
    messages,
    own_input,
    printer,
    state_stream,
)


def test_state_keeps_everything_it_came_with() -> None:
    """Unknown members and the platform's id survive; counts have a decimal point."""
    came: Any = {"type": "STATE", "more": 1, "state": {"id": 5, "type": "STREAM", "odd": [None]}}
    said = acknowledged(came, stored=3, rejected=1)

    assert {**came["state"], "destinationStats": {"recordCount": 3.0, "rejectedRecordCount": 1.0}} == said[
        "state"
    ]
    assert '"recordCount": 3.0' in json.dumps(said)
    assert 1 == said["more"]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"1",
        b"{}",
        b'{"type":"RECORD"}',
        b'{"type":"RECORD","record":{}}',
        b'{"type":"STATE"}',
        b'{"type":"record","record":{"stream":"a","data":{}}}',
        b'{"type":"ROW","record":{"stream":"a","data":{}}}',
    ],
)
def test_bad_lines_are_named_by_number(line: bytes) -> None:
    """A line that is no message is an error that says which one."""
    with pytest.raises(BadInput, match="line 2"):
        list(messages([b'{"type":"LOG"}', line]))


def test_mark_of_utf8_before_the_first_line_is_no_part_of_it() -> None:
    """Some programs begin a file with a byte order mark."""
    line = b'{"type":"TRACE"}'

    assert ["TRACE", "TRACE"] == [one.kind for one in messages([b"\xef\xbb\xbf" + line, line]) if one]


def test_lines_come_through_a_pipe_in_order() -> None:
    """Lines are read ahead, and none is lost."""
    lines = [b"%d\n" % number for number in range(5000)]

    assert lines == list(lines_or_idle(io.BytesIO(b"".join(lines)), 10))


def test_a_closed_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that starts `write` without an input is told so."""
    monkeypatch.setattr(sys, "stdin", None)

    with pytest.raises(BadInput, match="The input is closed"):
        own_input()


def test_long_lines_are_not_read_far_ahead() -> None:
    """Two thousand short lines are held, and of lines of a megabyte no more than 33."""

    def held(line: bytes) -> int:
        ahead, number = Ahead(), 0
        while not ahead.full():
            ahead.put_nowait(line)
            number += 1
        assert [line] * number == [ahead.get_nowait() for _ in range(number)]
        assert ahead.empty()
        return number

    assert (2_000, 33) == (held(b"short\n"), held(b"x" * 1_000_000))


def test_every_message_is_flushed() -> None:
    """A message is out when it is printed."""

    class Pipe(io.BytesIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    pipe = Pipe()
    emit = printer(pipe)
    emit({"type": "LOG"})
    emit({"type": "LOG"})

    assert (b'{"type":"LOG"}\n' * 2, 2) == (pipe.getvalue(), pipe.flushed)


def test_what_states_and_traces_are_about() -> None:
    """A stream's state names it, a global one is about all; some messages end a stream."""
    descriptor = {"name": "a", "namespace": "n"}
    stream: Any = {"type": "STREAM", "stream": {"stream_descriptor": descriptor, "stream_state": {}}}
    last: Any = {"stream": {"stream_state": {"__ab_full_refresh_sync_complete": True}}}
    status = {"stream_status": {"stream_descriptor": {"name": "a"}, "status": "COMPLETE"}}

    assert (("n", "a"), None) == (state_stream(stream), state_stream({"type": "GLOBAL", "global": {}}))
    assert (False, True) == (ends_stream(stream), ends_stream(last))
    assert (None, "a") == completed_stream({"trace": status})
    assert completed_stream({"trace": {"type": "ERROR"}}) is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BadToken(), "config_error"),
        (ServerTrouble(), "transient_error"),
        (Rejected(), "system_error"),
        (BadInput("x"), "system_error"),
    ],
)
def test_failure_types(error: Exception, kind: str) -> None:
    """The platform is told whether trying again can help."""
    assert kind == failure_type(error)
