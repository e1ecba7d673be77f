"""Listings whose pages come again and again, as when an offset or a filter is not heeded."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from attio_api.errors import Unreadable
from attio_emulator.calls.request import Request
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import SMALL, Bench


class Repeating:
    """An emulator that answers every request for some rows as it answered the first one, or a later one."""

    def __init__(self, made: Bench, end: str, after: int) -> None:
        self._handle, self._end, self._left = made.emulator.handle, end, after
        self._answer: Any = None
        self.asked = 0
        made.adapter.emulator = self  # type: ignore[assignment] # stands in for one

    def handle(self, request: Request) -> Any:
        if not request.path.endswith(self._end):
            return self._handle(request)
        self.asked += 1
        if self.asked <= self._left or self._answer is None:
            self._answer = self._handle(request)
            assert orjson.loads(self._answer.answer.body)["data"]
        return self._answer


def made_with(stream: str) -> tuple[Bench, str]:
    """A workspace with some pages of a stream, and the end of the path by which they are asked for."""
    made = bench(40 if stream == "companies" else 1)
    made.limits = SMALL
    if stream == "companies":
        return made, "/records/query"
    [company] = made.api("POST", "/v2/objects/companies/records/query", {"limit": 1})
    about = {"parent_object": "companies", "parent_record_id": company["id"]["record_id"]}
    for number in range(250 if stream == "webhooks" else 30):
        hook = {"target_url": f"https://example.com/{number}", "subscriptions": []}
        note = {**about, "title": f"Note {number}", "format": "plaintext", "content": "x"}
        made.api("POST", f"/v2/{stream}", {"data": hook if stream == "webhooks" else note})
    return made, f"/v2/{stream}"


@pytest.mark.parametrize("stream", ["companies", "notes", "webhooks"])
@pytest.mark.parametrize("after", [1, 2])
def test_a_page_that_comes_for_ever_fails_its_stream(stream: str, after: int) -> None:
    """Not all rows can be reached, so the stream is not complete, and it does not read for ever."""
    made, path = made_with(stream)
    repeating = Repeating(made, path, after)
    failures: dict[str, Exception] = {}
    list(made.messages([stream], failures=failures))

    assert isinstance(failures[stream], Unreadable)
    assert repeating.asked < 300


@pytest.mark.parametrize("stream", ["notes", "webhooks"])
def test_pages_that_stay_empty_behind_a_full_one_fail_their_stream(stream: str) -> None:
    """A page shares a row with the one before it, so an empty one shows that something is wrong."""
    made, path = made_with(stream)
    before = made.emulator.handle
    empty = 0

    class Emptying:
        @staticmethod
        def handle(request: Request) -> Any:
            nonlocal empty
            if request.path.endswith(path) and int(request.query.get("offset") or 0):
                empty += 1
                request = replace(request, query={**request.query, "offset": "4000"})
            return before(request)

    made.adapter.emulator = Emptying()  # type: ignore[assignment] # stands in for one
    failures: dict[str, Exception] = {}
    list(made.messages([stream], failures=failures))

    assert isinstance(failures[stream], Unreadable)
    assert empty < 300
