"""Looking rows up by their ids, and how many of them one request may name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from attio_api.filter_values import constraint_values
from attio_emulator.emulator import Request
from unit_tests.source_attio.engine_bench import bench, edit
from unit_tests.source_attio.harness import Bench
from unit_tests.source_attio.relay_in_process import FEED, RelayInProcess

TOO_MANY = orjson.dumps({"code": "filter_error", "message": "too many constraint values used"})


class Counting:
    """An emulator that takes only so many constraint values a request, and notes how many each had."""

    def __init__(self, made: Bench, most: int) -> None:
        self._handle, self._most, self.seen = made.emulator.handle, most, list[int]()
        made.adapter.emulator = self  # type: ignore[assignment]

    def handle(self, request: Request) -> Any:
        body = orjson.loads(request.body or b"{}")
        outcome = self._handle(request)
        if request.path.endswith("/query"):
            self.seen.append(constraint_values(body.get("filter", {})))
            if self.seen[-1] > self._most:
                return replace(outcome, answer=replace(outcome.answer, status=400, body=TOO_MANY))
        return outcome


@pytest.mark.parametrize("most", [100, 30, 4])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"start_date": "2020-01-01"},
        {
            "start_date": "2020-01-01",
            "filters": [{"target": "companies", "filter": {"domains": {"$contains": "c"}}}],
        },
    ],
)
def test_no_request_names_more_values_than_attio_takes(
    most: int, settings: dict[str, Any], tmp_path: Path
) -> None:
    """Ids, the start date and the user's filter count together; where fewer are taken, fewer are sent."""
    made = bench(250, change_feed=FEED, **settings)
    relay = RelayInProcess(made.emulator, tmp_path)
    made.adapter.relay = relay.answer
    made.sync(["companies"])
    made.emulator.clock.advance(600)
    ids = list(made.tables["companies"])
    for record_id in ids[:230]:
        edit(made, record_id, name="New")
    taken = Counting(made, most)
    delivered = made.sync(["companies"])
    relay.close()

    assert 230 == len({row["record_id"] for row in delivered if row["name"] == "New"})
    assert max(taken.seen) <= 100
    assert all(count <= most for count in taken.seen[-20:])


@pytest.mark.parametrize("value_format", ["typed", "raw"])
@pytest.mark.parametrize("slug", ['a"b', "a\\b", "a\u0001b", "a\nb", "a\x7fb", "a'b", "é", "born", "a0"])
def test_any_slug_names_a_column(slug: str, value_format: str) -> None:
    """A slug with a character that JSON escapes is read as any other."""
    made = bench(1, value_format=value_format)
    attribute = {"title": "Odd", "description": None, "api_slug": "odd_one", "type": "text"}
    attribute |= {"is_required": False, "is_unique": False, "is_multiselect": False, "config": {}}
    made.api("POST", "/v2/objects/companies/attributes", {"data": attribute})
    [record] = made.api("POST", "/v2/objects/companies/records/query", {})
    edit(made, record["id"]["record_id"], odd_one="here")
    handle = made.emulator.handle

    class Renaming:
        """The emulator, with another slug in each answer."""

        def handle(self, request: Request) -> Any:
            outcome = handle(request)
            body = outcome.answer.body.replace(b'"odd_one"', orjson.dumps(slug))
            return replace(outcome, answer=replace(outcome.answer, body=body))

    made.adapter.emulator = Renaming()  # type: ignore[assignment] # stands in for an emulator
    [row] = made.sync(["companies"])

    assert row[slug] == "here"
    assert row["name"] == "Company 0"
