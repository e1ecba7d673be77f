"""Pages that hold a row twice, where another one may be missing for it."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from attio_api.errors import Unreadable
from attio_emulator.calls.request import Request
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import Bench
from unit_tests.source_attio.test_vanished import rows, some

PATHS = {
    "companies": "/v2/objects/companies/records/query",
    "notes": "/v2/notes",
    "tasks": "/v2/tasks",
    "meetings": "/v2/meetings",
}


def double(made: Bench, path: str, times: int) -> None:
    """The first answers with several rows hold one of them twice, in the place of the next one."""
    honest, left = made.adapter.emulator, [times]

    class Doubling:
        def handle(self, request: Request) -> Any:
            outcome = honest.handle(request)
            body = orjson.loads(outcome.answer.body)
            if request.path != path or len(body["data"]) < 3 or not left[0]:
                return outcome
            left[0] -= 1
            body["data"][1] = body["data"][0]
            return replace(outcome, answer=replace(outcome.answer, body=orjson.dumps(body)))

    made.adapter.emulator = Doubling()  # type: ignore[assignment] # stands in for one


@pytest.mark.parametrize("stream", PATHS)
def test_a_page_that_holds_a_row_twice_is_asked_for_again(stream: str) -> None:
    """Each row is delivered once, and none is missing; a page that stays so fails its stream."""
    made = bench(5)
    made.refresh = True
    if stream != "companies":
        some(made, stream)
    wanted = rows(made, stream)
    double(made, PATHS[stream], 2)

    assert len(wanted) >= 3
    assert wanted == rows(made, stream)
    double(made, PATHS[stream], 100)
    with pytest.raises(Unreadable, match="holds a row twice"):
        made.sync([stream])
