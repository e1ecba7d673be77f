"""What no JSON can hold or destinations refuse: replaced with a remark, written exactly, or refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from airbyte_cdk.models import FailureType

from attio_api.errors import Malformed
from attio_emulator.calls.request import Request
from source_attio.decode.printing import parsed, printed
from source_attio.emit.messages import traced
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import Bench

MARK = "a mark"
TASK: dict[str, Any] = {"content": MARK, "format": "plaintext", "deadline_at": None, "is_completed": False}
HOOK: dict[str, Any] = {"target_url": "https://example.com/a-mark", "subscriptions": []}
PLACES: dict[str, tuple[str, Any, str]] = {
    "companies": ("/v2/objects/companies/records", {"values": {"name": MARK}}, "name"),
    "tasks": ("/v2/tasks", {**TASK, "assignees": [], "linked_records": []}, "content_plaintext"),
    "webhooks": ("/v2/webhooks", HOOK, "target_url"),
}
"""Stream → where a row is made, from what, and the column that holds the mark."""
GREAT = 123456789012345678901234567890


class Answering:
    """An emulator in whose answers a text stands for the mark, with its quotation marks."""

    def __init__(self, made: Bench, token: bytes) -> None:
        self._handle, self._token = made.emulator.handle, token
        made.adapter.emulator = self  # type: ignore[assignment] # stands in for one

    def handle(self, request: Request) -> Any:
        outcome = self._handle(request)
        body = outcome.answer.body
        for mark in (b'"a mark"', b'"https://example.com/a-mark"'):
            body = body.replace(mark, self._token)
        return replace(outcome, answer=replace(outcome.answer, body=body))


def holding(stream: str, token: bytes, **config: Any) -> tuple[Bench, Callable[[], Any]]:
    """A workspace with one row of a stream that holds the token, and a look at what the sync delivers."""
    made = bench(0, **config)
    path, data, column = PLACES[stream]
    made.api("POST", path, {"data": data})
    Answering(made, token)
    return made, lambda: [row[column] for row in made.sync([stream]) if column in row]


@pytest.mark.parametrize("stream", PLACES)
@pytest.mark.parametrize(
    ("token", "wanted"),
    [
        (rb'"a\ud83db"', "a\ufffdb"),
        (rb'"\udc00"', "\ufffd"),
        (rb'"\\ud83d\ude00\ud83d"', "\\ud83d\ufffd\ufffd"),
        (b'"a\xed\xa0\xbdb"', "a\ufffdb"),
        (rb'"\u0000\ud83d!"', "\ufffd!"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
    ],
)
def test_half_a_surrogate_pair_ends_no_sync(
    stream: str, token: bytes, wanted: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It becomes U+FFFD, which is said; a whole pair stays, and so does what only looks like half a one."""
    made, look = holding(stream, token)
    if stream == "webhooks":
        made.store = lambda *_: None  # type: ignore[method-assign] # its rows have another key

    assert [wanted] == look()
    said = [each for each in caplog.records if "U+FFFD" in each.message]
    assert ("\ufffd" in wanted) == bool(said)


@pytest.mark.parametrize("value_format", ["typed", "raw"])
@pytest.mark.parametrize("number", [2**63, -(2**64), GREAT, -GREAT])
def test_a_whole_number_beyond_64_bits_has_all_its_digits(number: int, value_format: str) -> None:
    """It is neither rounded nor refused, and the row is known again in the next sync."""
    _, look = holding("companies", b"%d" % number, value_format=value_format)

    assert [number] == look()
    assert [] == look()


@pytest.mark.parametrize("stream", PLACES)
@pytest.mark.parametrize("token", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"[1e999]", b"9" * 5000])
def test_what_is_no_number_fails_the_stream_for_good(stream: str, token: bytes) -> None:
    """It is not written as null, not asked for again and not called passing trouble."""
    made, _ = holding(stream, token)
    failures: dict[str, Exception] = {}
    rows = [each for each in made.messages([stream], failures=failures) if each.record]

    assert [] == rows
    assert isinstance(failures[stream], Malformed)
    told = traced(failures[stream], stream)
    assert (FailureType.system_error, True) == (told.failure_type, "does not help" in str(told.message))


def test_printed_and_parsed_undo_each_other() -> None:
    """Columns come back as they were, whatever their numbers and texts are."""
    columns: Any = {"a": GREAT, "b": [1.5, -GREAT, {"c": "é😀"}], "d": None, "e": "1" * 30, "f": 1e300}

    assert (columns, False) == (parsed(printed(columns)[0]), printed(columns)[1])
    assert {"g": 7} == parsed(printed({"g": 7})[0])
