"""Lines that the destination reads: bad ones, long numbers, half characters, states of every kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.storage.rejects import read_rejects
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
    write_cataloged,
    write_raw,
)
from integration_tests.in_process import MemoryDesk

if TYPE_CHECKING:
    from integration_tests.destination.desk import Desk


@pytest.mark.parametrize("catalog", [{}, {"streams": {}}, {"streams": [1]}, {"streams": [{"stream": {}}]}])
def test_a_catalog_that_is_none_is_one_sentence(desk: Desk, catalog: Line) -> None:
    """A file that is JSON but no configured catalog is a config error."""
    status, said = write_cataloged(desk, b"", catalog)

    assert (1, "config_error") == (status, failure(said)["failure_type"])
    assert "not a configured catalog" in failure(said)["message"]


def test_line_ends_and_blank_lines_mean_nothing(desk: Desk) -> None:
    """Input from Windows, with blank lines in between, is the same input."""
    raw = b"\r\n".join(json.dumps(one).encode() for one in (record(company(1)), state(1))) + b"\r\n \r\n\n"
    status, said = write_raw(desk, raw)

    assert (0, [1]) == (status, [one["id"] for one in states(said)])


@pytest.mark.parametrize("bad", [b'{"type": "RECORD"', b"\xff\xfe", b'{"data": "SECRET"}', b"[" * 100_000])
def test_a_bad_line_is_named_and_what_came_before_it_is_kept(desk: Desk, bad: bytes) -> None:
    """A line that is no message ends the run, after the states before it and without quoting it."""
    good = b"".join(json.dumps(one).encode() + b"\n" for one in (record(company(1)), state(1)))
    status, said = write_raw(desk, good + bad + b"\n" + json.dumps(state(2)).encode() + b"\n")

    assert (1, [1]) == (status, [one["id"] for one in states(said)])
    assert "line 3" in failure(said)["message"]
    assert "SECRET" not in json.dumps(said)


def test_half_a_character_costs_its_row_alone(desk: Desk) -> None:
    """Sources that cut texts leave halves of characters: the row is rejected, kept, and can be read again."""
    rows = [record(company(1, description="cut \ud83d")), record(company(2)), state(1)]
    status, said = write(desk, rows)
    kept = list(read_rejects(desk.folder / "rejects.jsonl"))

    assert (0, {"recordCount": 1.0, "rejectedRecordCount": 1.0}) == (
        status,
        states(said)[0]["destinationStats"],
    )
    assert [("companies", company(1, description="cut \ud83d"))] == kept


def test_long_whole_numbers_stay_exact(desk: Desk) -> None:
    """Numbers beyond 64 bits are neither rounded in a row nor in a state nor in the rejects."""
    number = 123456789012345678901234
    rows = [record(company(1, description=number)), record({"name": number}), state(1, cursor=number)]
    _, said = write(desk, rows)

    assert [[str(number)]] == desk.values("companies", "description")
    assert {"cursor": number} == states(said)[0]["stream"]["stream_state"]
    assert [("companies", {"name": number})] == list(read_rejects(desk.folder / "rejects.jsonl"))


def test_global_and_legacy_states_speak_of_all_streams(desk: Desk) -> None:
    """A state that is not of one stream waits for and counts the rows of all of them."""
    shared: Line = {"type": "STATE", "state": {"type": "GLOBAL", "id": 4, "global": {"stream_states": []}}}
    legacy: Line = {"type": "STATE", "state": {"id": 5, "data": {"at": 1}}}
    person = record({"email_addresses": "ada@example.org", "name": "Ada"}, "people")
    odd: Line = {"type": "STATE", "state": {"type": ["GLOBAL"], "id": 7}}
    lines = [
        record(company(1)),
        person,
        shared,
        record({"name": "no key"}),
        legacy,
        state(6, "strangers"),
        odd,
    ]
    _, said = write(desk, lines, configured(), configured("people"))

    assert [
        (4, {"recordCount": 2.0}),
        (5, {"recordCount": 0.0, "rejectedRecordCount": 1.0}),
        (6, {"recordCount": 0.0}),
        (7, {"recordCount": 0.0}),
    ] == [(one["id"], one["destinationStats"]) for one in states(said)]


def test_a_state_of_an_unknown_stream_waits_for_all_rows_before_it() -> None:
    """It may have lost its namespace on the way; a row that waits for another one holds it back, too."""
    desk = MemoryDesk()
    desk.custom_object("things")
    to_things = {"record_reference": {"allowed_objects": ["things"]}}
    desk.attribute("objects/things", "parent", "record-reference", config=to_things)
    held: list[tuple[int, list[Any]]] = []

    def heard(said: Line) -> None:
        if said["type"] == "STATE":
            held.append((said["state"]["id"], desk.values("things", "code")))

    desk.on_said = heard
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "parent", "attribute": "parent", "reference": "code"},
    ]
    settings = {"stream": "things", "match": "code", "fields": fields}
    rows = [record({"code": "a", "parent": "b"}, "things"), record({"code": "b"}, "things")]
    desk.write([rows[0], state(1, "strangers"), None, rows[1]], configured("things"), streams=[settings])

    assert [(1, [["a"], ["b"]])] == held


def test_streams_of_one_name_are_told_apart_by_namespace(desk: Desk) -> None:
    """Each keeps its own states and counts; both go to the same object."""

    def of(namespace: str, message: Line) -> Line:
        body = message.get("record") or message["state"]["stream"]["stream_descriptor"]
        body["namespace"] = namespace
        return message

    streams = [configured(), configured()]
    streams[0]["stream"]["namespace"], streams[1]["stream"]["namespace"] = "a", "b"
    lines = [
        of("a", record(company(1))),
        of("b", record(company(2))),
        of("b", record(company(1, name="B"))),
        of("a", state(1)),
        of("b", state(2)),
    ]
    status, said = write(desk, lines, *streams)

    assert (0, [1.0, 2.0]) == (status, [one["destinationStats"]["recordCount"] for one in states(said)])
    assert [["B"], ["C 2"]] == desk.values("companies", "name")


def test_a_value_that_was_lost_on_the_way_clears_nothing(desk: Desk) -> None:
    """Airbyte puts null in its place and says so beside the row; any other null is the source's own."""
    write(desk, [record(company(number, description="There")) for number in (1, 2, 3)])
    rows = [record(company(number, description=None)) for number in (1, 2, 3)]
    change = {"field": "description", "change": "NULLED", "reason": "SOURCE_FIELD_SIZE_LIMITATION"}
    for row in rows[:2]:
        row["record"]["meta"] = {"changes": [change, {"field": "name", "change": "TRUNCATED"}, 7]}
    status, said = write(desk, [*rows, state(1)])

    assert (0, 3.0) == (status, states(said)[0]["destinationStats"]["recordCount"])
    assert [["There"], ["There"], []] == desk.values("companies", "description")
    assert 1 == logged(said).count("companies, row 1: the value of 'description' was lost")


@pytest.mark.parametrize("meta", [None, [], {"changes": None}, {"changes": {}}, {"changes": [None, {}]}])
def test_what_stands_beside_a_row_costs_nothing(desk: Desk, meta: object) -> None:
    """Only a change that the protocol names is looked at."""
    row = record(company(1, description="x"))
    row["record"]["meta"] = meta
    status, _ = write(desk, [row, state(1)])

    assert (0, [["x"]]) == (status, desk.values("companies", "description"))
