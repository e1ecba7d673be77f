"""Pages that hold fewer rows than were asked for, though more rows follow."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from attio_api.errors import Unreadable
from attio_emulator.calls.request import Request
from unit_tests.source_attio.engine_bench import bench, edit
from unit_tests.source_attio.harness import SMALL, Bench

Cuts = Callable[[int], int | None]
"""Number of an answer → how many rows it is cut to, None for all."""


class Cutting:
    """An emulator whose answers with rows are cut, still as well-formed answers of status 200."""

    def __init__(self, made: Bench, end: str, cuts: Cuts) -> None:
        self._handle, self._end, self._cuts, self._count = made.emulator.handle, end, cuts, 0
        made.adapter.emulator = self  # type: ignore[assignment] # stands in for one

    def handle(self, request: Request) -> Any:
        outcome = self._handle(request)
        if not request.path.endswith(self._end):
            return outcome
        self._count += 1
        body = orjson.loads(outcome.answer.body)
        body["data"] = body["data"][: self._cuts(self._count)]
        return replace(outcome, answer=replace(outcome.answer, body=orjson.dumps(body)))


def _made(stream: str) -> tuple[Bench, str]:
    made = bench(30)
    made.limits = SMALL
    if stream == "companies":
        return made, "/records/query"
    company = made.api("POST", "/v2/objects/companies/records/query", {"limit": 1})[0]["id"]["record_id"]
    for number in range(30):
        linked = {"target_object": "companies", "target_record_id": company}
        task = {"content": f"Task {number}", "format": "plaintext", "deadline_at": None}
        task |= {"is_completed": False, "assignees": [], "linked_records": [linked]}
        made.api("POST", "/v2/tasks", {"data": task})
    return made, "/v2/tasks"


@pytest.mark.parametrize("stream", ["companies", "tasks"])
@pytest.mark.parametrize("cuts", [lambda _: 3, lambda n: 2 if n == 2 else None, lambda n: 1 + n % 3 + n % 2])
def test_a_short_page_that_rows_follow_ends_nothing(stream: str, cuts: Cuts) -> None:
    """Every row is delivered, whether all pages are too short or one is."""
    made, path = _made(stream)
    Cutting(made, path, cuts)

    assert len(made.sync([stream])) == 30


@pytest.mark.parametrize("stream", ["attributes", "webhooks", "attribute_values_history"])
@pytest.mark.parametrize("cuts", [lambda _: 2, lambda n: 3 if n == 1 else None, lambda n: 2 + n % 3])
def test_a_short_page_of_a_small_listing_ends_nothing(stream: str, cuts: Cuts) -> None:
    """What describes the workspace, and the values that a record had, are read to their end as well."""
    made = bench(1, history_attributes=["companies.remark"])
    remark = {"title": "Remark", "api_slug": "remark", "type": "text", "description": None, "config": {}}
    flags = dict.fromkeys(("is_required", "is_unique", "is_multiselect"), False)
    made.api("POST", "/v2/objects/companies/attributes", {"data": {**remark, **flags}})
    [company] = made.api("POST", "/v2/objects/companies/records/query", {})
    for number in range(7):
        hook = {"target_url": f"https://example.com/{number}", "subscriptions": []}
        made.api("POST", "/v2/webhooks", {"data": hook})
        made.emulator.clock.advance(1)
        edit(made, company["id"]["record_id"], remark=f"Text {number}")
    ends = {"attribute_values_history": "/values"}
    wanted = [each.record.data for each in made.messages([stream]) if each.record]
    Cutting(made, ends.get(stream, f"/{stream}"), cuts)

    assert len(wanted) >= 7
    assert wanted == [each.record.data for each in made.messages([stream]) if each.record]


def test_a_short_page_of_attributes_costs_no_column() -> None:
    """Rows have the columns of all attributes, however few an answer names."""
    made = bench(2)
    wanted = made.sync(["companies"])
    again = bench(2)
    Cutting(again, "/attributes", lambda _: 3)
    found = again.sync(["companies"])

    assert [set(row) for row in wanted] == [set(row) for row in found]


@pytest.mark.parametrize("stream", ["companies", "tasks"])
def test_pages_too_short_to_share_a_row_fail_the_stream(stream: str) -> None:
    """One row a page cannot be joined safely: the stream fails and does not end early."""
    made, path = _made(stream)
    Cutting(made, path, lambda _: 1)

    with pytest.raises(Unreadable, match="end before"):
        made.sync([stream])
