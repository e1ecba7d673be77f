"""Listings by cursor end, and end where Attio ends them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from attio_api.errors import Unreadable
from attio_emulator.calls.request import Request
from source_attio.read.cursors import CursorTrail, read_cursor_page
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import Bench

Following = Callable[[int], object]
"""Number of a page → the cursor that it names for the next one."""
ENDLESS: dict[str, Following] = {
    "the same cursor": lambda _: "again",
    "two in turn": lambda number: f"{number % 2}",
    "a new one each time": lambda number: f"{number}",
}


def page(following: object, rows: object = ()) -> bytes:
    return json.dumps({"data": [*rows], "pagination": {"next_cursor": following}}).encode()  # type: ignore[misc]


@pytest.mark.parametrize("following", [7, True, [], {"cursor": "x"}])
def test_a_cursor_that_cannot_be_read_ends_nothing(following: object) -> None:
    """Rows follow it, so the listing is not whole without it."""
    with pytest.raises(Unreadable, match="`next_cursor`"):
        read_cursor_page(page(following))


@pytest.mark.parametrize("pagination", [[], "x", 5, True])
def test_pagination_of_another_shape_ends_nothing(pagination: object) -> None:
    """It may have named a next page."""
    with pytest.raises(Unreadable, match="`pagination`"):
        read_cursor_page(json.dumps({"data": [], "pagination": pagination}).encode())


def test_a_listing_ends_without_a_cursor() -> None:
    """Whether it is null, empty, absent, or nothing is said of pages."""
    bodies = [
        page(None),
        page(""),
        b'{"data":[],"pagination":{}}',
        b'{"data":[],"pagination":null}',
        b'{"data":[]}',
    ]

    assert [None] * 5 == [CursorTrail().follow(*read_cursor_page(body)) for body in bodies]


@pytest.mark.parametrize("rows", [[], [{"id": 1}]])
@pytest.mark.parametrize("following", ENDLESS)
def test_cursors_that_lead_to_no_further_rows_fail(following: str, rows: list[Any]) -> None:
    """A page that comes again for ever does not keep a sync for ever."""
    trail = CursorTrail()

    def follow() -> None:
        for number in range(100):
            trail.follow(*read_cursor_page(page(ENDLESS[following](number), rows)))

    with pytest.raises(Unreadable, match="no further rows"):
        follow()


def test_some_empty_pages_are_gone_over() -> None:
    """An answer may be empty though its cursor leads on to rows."""
    trail = CursorTrail()
    pages = [[], [], [{"id": 1}]] * 30

    assert all(trail.follow(rows, f"{number}") for number, rows in enumerate(pages))  # type: ignore[arg-type]


class Endless:
    """An emulator that names the same next cursor for every page of some listings."""

    def __init__(self, made: Bench, end: str) -> None:
        self._handle, self._end = made.emulator.handle, end
        made.adapter.emulator = self  # type: ignore[assignment] # stands in for one

    def handle(self, request: Request) -> Any:
        if not request.path.endswith(self._end):
            return self._handle(request)
        outcome = self._handle(replace(request, query={"limit": "50"}))
        body = orjson.loads(outcome.answer.body) | {"pagination": {"next_cursor": "again"}}
        return replace(outcome, answer=replace(outcome.answer, body=orjson.dumps(body)))


@pytest.mark.parametrize("stream", ["views", "meetings"])
def test_a_stream_whose_cursors_never_end_fails_alone(stream: str) -> None:
    """The others are read; the next sync may meet a listing that ends."""
    made = bench(3)
    Endless(made, f"/{stream}")
    failures: dict[str, Exception] = {}
    read = [each.record for each in made.messages([stream, "companies"], failures=failures) if each.record]

    assert [stream] == list(failures)
    assert isinstance(failures[stream], Unreadable)
    assert 3 == sum(each.stream == "companies" for each in read)
