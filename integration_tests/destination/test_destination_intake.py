"""States come back raw, once the rows before them are safe, and never before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from destination_attio.airbyte import intake
from integration_tests.destination.lines import (
    Line,
    company,
    configured,
    failure,
    logged,
    record,
    state,
    states,
    write,
)

if TYPE_CHECKING:
    import pytest

    from integration_tests.destination.desk import Desk


def test_state_comes_back_raw_with_what_became_of_its_rows(desk: Desk) -> None:
    """A state keeps its id and all it came with, and says how many of its rows were stored or rejected."""
    lines = [record(company(1)), record({"name": "no key"}), state(7), record(company(2)), state(8)]
    status, said = write(desk, lines)
    first, second = states(said)

    assert 0 == status
    assert (7, {"kept": True}) == (first["id"], first["unknown"])
    assert {"recordCount": 1.0, "rejectedRecordCount": 1.0} == first["destinationStats"]
    assert {"recordCount": 1.0} == second["destinationStats"]


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    kinds=st.lists(st.sampled_from(["a", "b", "bad", "state-a", "state-b"]), max_size=25),
    batch=st.integers(1, 7),
)
def test_any_interleaving_keeps_the_contract(desk: Desk, kinds: list[str], batch: int) -> None:
    """However rows and states are mixed: each state comes out once, in order, with counts that add up."""
    desk.attio.reset()
    lines: list[Line] = []
    for number, kind in enumerate(kinds):
        if kind.startswith("state"):
            lines.append(state(number, "companies" if kind.endswith("a") else "people"))
        elif kind == "b":
            lines.append(record({"email_addresses": f"p{number}@example.org", "name": "P"}, "people"))
        else:
            lines.append(record(company(number) if kind == "a" else {"name": "no key"}))
    status, said = write(desk, lines, configured(), configured("people"), batch_rows=batch)
    counted = [sum(each["destinationStats"].values()) for each in states(said)]
    since = {"companies": 0, "people": 0}
    wanted = []
    for line in lines:
        if line["type"] == "RECORD":
            since[line["record"]["stream"]] += 1
        else:
            name = line["state"]["stream"]["stream_descriptor"]["name"]
            wanted.append(since[name])
            since[name] = 0

    assert 0 == status
    assert [one["state"]["id"] for one in lines if one["type"] == "STATE"] == [
        one["id"] for one in states(said)
    ]
    assert wanted == counted


def test_long_rows_are_written_before_there_are_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch has a bound of bytes as well: memory does not grow with the length of the rows."""
    monkeypatch.setattr(intake, "MOST_BYTES", 10_000)
    lines = [record(company(number, note="x" * 6_000)) for number in range(5)]
    status, said = write(desk, [*lines, state(1)])

    assert (0, {"recordCount": 5.0}) == (status, states(said)[0]["destinationStats"])
    assert ["2 rows", "4 rows", "5 rows"] == re.findall(r"companies: (\d+ rows), ", logged(said))


def test_no_state_passes_rows_that_could_not_be_stored(desk: Desk) -> None:
    """When writing fails, states before the failure are out and none after it, and the failure is a trace."""
    lines = [record(company(1)), state(1), record(company(2)), state(2)]
    desk.attio.fault("status", method="PUT", path="/v2/objects/companies/records", status=401)
    status, said = write(desk, lines, batch_rows=1)

    assert (1, [1]) == (status, [one["id"] for one in states(said)])
    assert "config_error" == failure(said)["failure_type"]
