"""Deferred rows of several streams: they point at records that a later stream of the same sync makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.airbyte.protocol import BadInput
from integration_tests.destination.lines import complete, configured, counted, record, state
from integration_tests.in_process import Killed, MemoryDesk
from integration_tests.places import PLACE_FIELDS, Line, links, place, with_places

if TYPE_CHECKING:
    from pathlib import Path

PERSON = {
    "stream": "people",
    "target": "people",
    "match": ["email_addresses"],
    "fields": [
        {"column": "email", "attribute": "email_addresses"},
        {"column": "company", "attribute": "company", "reference": "domains"},
        {"column": "job", "attribute": "job_title"},
    ],
}


@pytest.fixture
def desk(tmp_path: Path) -> MemoryDesk:
    """Places that point at places; a handful of rows fill many batches."""
    return with_places(MemoryDesk(tmp_path, batch_rows=2))


def employers(desk: MemoryDesk) -> dict[str, str | None]:
    """The first domain of everybody's company, by e-mail address."""
    domains = {
        one["id"]["record_id"]: one["values"]["domains"][0]["domain"]
        for one in desk.attio.records("companies")
    }
    return {
        one["values"]["email_addresses"][0]["email_address"]: next(
            (domains[each["target_record_id"]] for each in one["values"]["company"]), None
        )
        for one in desk.attio.records("people")
    }


def person(number: int, company: int | None, **more: Any) -> Line:
    """A row of people."""
    domain = None if company is None else f"c{company}.example.com"
    return record({"email": f"p{number}@example.org", "company": domain, **more}, "people")


def company(number: int) -> Line:
    """A row of companies."""
    return record({"domains": f"c{number}.example.com"})


def test_a_child_stream_that_comes_before_its_parents(desk: MemoryDesk) -> None:
    """Rows wait for a later stream, and their states stay in until they are written."""
    lines = [
        *(person(one, one) for one in range(1, 6)),
        state(1, "people"),
        complete("people"),
        *(company(one) for one in range(1, 6)),
        state(2),
        complete(),
    ]
    said = desk.write(lines, configured("people"), configured(), streams=[PERSON])

    assert {f"p{one}@example.org": f"c{one}.example.com" for one in range(1, 6)} == employers(desk)
    assert [(1, 5, 0), (2, 5, 0)] == counted(said)
    assert not any(one.get("log", {}).get("level") == "WARN" for one in said)


def test_what_a_complete_stream_did_not_bring_is_refused_at_once(desk: MemoryDesk) -> None:
    """Nobody waits for a stream of which the platform has said that it is complete."""
    lines = [company(1), complete(), None, person(1, 1), person(2, 2), state(1, "people"), None]
    with pytest.raises(BadInput):
        desk.write([*lines, {"no": "message"}], configured("people"), configured(), streams=[PERSON])

    assert [(1, 1, 1)] == counted(desk.said)


def test_a_broken_input_decides_nothing_about_rows_that_wait(desk: MemoryDesk) -> None:
    """What they point at may just not have come, so they are neither written nor refused nor acknowledged."""
    lines = [company(1), state(1), person(1, 1), person(2, 2), state(2, "people"), {"no": "message"}]
    with pytest.raises(BadInput):
        desk.write(lines, configured("people"), configured(), streams=[PERSON])

    assert [(1, 1, 0)] == counted(desk.said)
    assert not (desk.folder / "rejects.jsonl").exists()


def test_streams_that_point_at_each_other(desk: MemoryDesk) -> None:
    """People point at companies and companies at their team: both streams end up linked."""
    team = {
        "stream": "companies",
        "target": "companies",
        "fields": [
            {"column": "domains", "attribute": "domains"},
            {"column": "team", "attribute": "team", "reference": "email_addresses"},
        ],
    }
    lines = [
        record({"domains": "c1.example.com", "team": ["p1@example.org", "p2@example.org"]}),
        record({"domains": "c2.example.com", "team": ["p3@example.org"]}),
        record({"domains": "c3.example.com", "team": ["nobody@example.org"]}),
        state(1),
        person(1, 1),
        person(2, 1),
        person(3, 2),
        state(2, "people"),
    ]
    said = desk.write(lines, configured(), configured("people"), streams=[PERSON, team])
    again = desk.write(lines, configured(), configured("people"), streams=[PERSON, team])

    assert {
        "p1@example.org": "c1.example.com",
        "p2@example.org": "c1.example.com",
        "p3@example.org": "c2.example.com",
    } == employers(desk)
    assert [(1, 2, 1), (2, 3, 0)] == counted(said) == counted(again)
    assert any("5 unchanged" in one["log"]["message"] for one in again if one["type"] == "LOG")


def test_entries_notes_and_tasks_on_records_of_a_later_stream(desk: MemoryDesk) -> None:
    """What cannot even be told apart before its record is there waits as well, and is made once."""
    desk.list_of("sales", "companies")
    fields = [{"column": "domain", "attribute": "parent_record", "reference": "domains"}]
    texts = [{"column": "text", "attribute": "content"}]
    streams = [
        {"stream": "sales", "target": "lists/sales", "fields": fields},
        {
            "stream": "n",
            "target": "notes",
            "fields": [*fields, *texts, {"column": "text", "attribute": "title"}],
        },
        {"stream": "t", "target": "tasks", "fields": [*texts, {**fields[0], "attribute": "linked_records"}]},
    ]
    lines = [
        *(
            record({"domain": f"c{one}.example.com", "text": "hello"}, stream)
            for stream in ("sales", "n", "t")
            for one in (1, 2, 3, 1)
        ),
        state(1, "sales"),
        state(2, "n"),
        state(3, "t"),
        company(1),
        company(2),
        state(4),
    ]
    catalog = [configured(one["stream"]) for one in streams] + [configured()]
    said = desk.write(lines, *catalog, streams=streams)
    again = desk.write(lines, *catalog, streams=streams)

    assert [(1, 3, 1), (2, 3, 1), (3, 3, 1), (4, 2, 0)] == counted(said) == counted(again)
    assert 2 == len(desk.attio.api("POST", "/v2/lists/sales/entries/query", {})["data"])
    assert 2 == len(desk.attio.api("GET", "/v2/notes")["data"])
    assert 2 == len(desk.attio.api("GET", "/v2/tasks")["data"])


def test_pauses_and_states_without_end_do_nothing_while_rows_wait(desk: MemoryDesk) -> None:
    """However often the input pauses, nothing is asked of Attio for rows that wait, and nothing hangs."""
    catalog = [configured("people"), configured()]
    few, many = (
        [
            person(1, 1),
            *pauses,
            state(1, "people"),
            *pauses,
            person(2, 2),
            state(2, "people"),
            *pauses,
            company(1),
        ]
        for pauses in ([None], [None] * 50)
    )
    quiet = desk.write(few, *catalog, streams=[PERSON])
    desk.attio.reset()
    said = desk.write(many, *catalog, streams=[PERSON])

    assert [(1, 1, 0), (2, 0, 1)] == counted(quiet) == counted(said)
    assert effort(quiet) == effort(said)


def effort(said: list[Line]) -> str:
    """How many reads and writes the run took, in its own words."""
    summary = next(
        one["log"]["message"] for one in said if " reads and " in one.get("log", {}).get("message", "")
    )
    return str(summary.rpartition(" with ")[2])


@pytest.mark.parametrize("killed_at", range(1, 9))
def test_killed_while_rows_wait(desk: MemoryDesk, killed_at: int) -> None:
    """States of rows that wait are not out, so the platform sends them again: the same end, nothing twice."""
    lines = [
        *(record(place(one, one % 4 + 1), "places") for one in range(1, 5)),
        state(1, "places"),
        *(person(one, one) for one in (1, 2)),
        state(2, "people"),
        company(1),
        company(2),
        state(3),
    ]
    catalog = [configured("places"), configured("people"), configured()]
    streams = [PERSON, {"stream": "places", "target": "places", "fields": PLACE_FIELDS}]

    def strike(when: str, number: int) -> None:
        if when == "after" and number == killed_at:
            desk.kill()

    desk.on_write = strike
    with pytest.raises((Killed, Exception)):
        desk.write(lines, *catalog, streams=streams)
    desk.on_write = lambda *_: None
    said = desk.write(lines, *catalog, streams=streams)

    assert {f"P{one}": f"P{one % 4 + 1}" for one in range(1, 5)} == links(desk)
    assert {"p1@example.org": "c1.example.com", "p2@example.org": "c2.example.com"} == employers(desk)
    assert [(1, 4, 0), (2, 2, 0), (3, 2, 0)] == counted(said)
