"""The destination against an Attio that counts the values of a filter, as the real one does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_emulator.contract.wire import dumps, loads
from integration_tests.in_process import SmallDesk
from unit_tests.destination_attio.test_filter_size import values_in

if TYPE_CHECKING:
    from attio_emulator.emulator import Emulator, Request

ROWS = [{"job_title": f"Role {number}", "description": f"Text {number}"} for number in range(320)]


class Strict(SmallDesk):
    """A workspace that refuses filters with more values than `most`; counts what it was asked."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.refusals = 0
        emulator: Emulator = self.attio.emulator  # type: ignore[attr-defined]  # in this process
        answer = emulator.handle

        def handle(request: Request) -> Any:
            query = loads(request.body) if request.path.endswith("/query") and request.body else {}
            outcome = answer(request)
            if values_in(query.get("filter") or []) > most:
                self.refusals += 1
                problem = {
                    "status_code": 400,
                    "type": "invalid_request_error",
                    "code": "filter_error",
                    "message": "Too many constraint values used.",
                }
                refused = type(outcome.answer)(status=400, body=dumps(problem))
                return type(outcome)(answer=refused)
            return outcome

        emulator.handle = handle  # type: ignore[method-assign]  # it stands before the real one


@pytest.mark.parametrize("most", [100, 30])
def test_rows_with_two_keys_are_matched(most: int) -> None:
    """Rows matched by two attributes are made, change nothing when repeated, and can be undone."""
    desk = Strict(most)
    made = desk.push(ROWS, "people", match=("job_title", "description"))
    again = desk.push(ROWS, "people", match=("job_title", "description"))
    undone = desk.revert(made)

    assert (320, 320, 320) == (made.counts.create, again.counts.unchanged, undone.counts.delete)
    assert 0 == desk.refusals if most == 100 else desk.refusals < 20


def test_rows_that_point_at_many_records_are_resolved() -> None:
    """References by a unique value and by id, and a match by reference, stay below the limit."""
    desk = Strict(100)
    companies = [{"name": f"C{one}", "domains": f"c{one}.example.com"} for one in range(230)]
    people = [
        {"email_addresses": f"p{one}@example.com", "company": f"c{one}.example.com"} for one in range(230)
    ]
    desk.push(companies, "companies", match="domains")
    made = desk.push(people, "people", match="email_addresses")
    fields = [
        {"column": "company", "attribute": "company", "reference": "domains"},
        {"column": "job_title", "attribute": "job_title"},
    ]
    rows = [{"company": f"c{one}.example.com", "job_title": f"Role {one}"} for one in range(230)]
    changed = desk.push(rows, "people", match="company", fields=fields)

    assert (230, 230) == (made.counts.create, changed.counts.update)
    assert 0 == desk.refusals
