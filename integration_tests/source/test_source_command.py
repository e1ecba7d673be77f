"""The command `source-attio` from outside, against the emulator: a process of its own where that counts."""

import json
import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest

from attio_api.pace import Governor
from attio_emulator.model.clock import BILLION, unstamp
from attio_emulator.remote import RemoteEmulator
from integration_tests.platform.workspaces import another_attio
from integration_tests.source.process import Command, Outcome
from integration_tests.waiting import until
from source_attio.read.context import governor_of_process
from source_attio.source import SourceAttio

REFUSALS = 16
STORMED = ("companies", "people", "deals")
# A pace that no other test asks for, so that a governor of its own keeps it.
OWN_PACE = 98.75
LISTINGS = ("objects", "lists", "workspace_members", "workspace")


def grow(attio: RemoteEmulator, wanted: int) -> None:
    for number in range(wanted):
        attio.create_record("companies", {"name": f"Company {number}"})


def test_a_second_sync_delivers_exactly_what_changed(process: Command, attio: RemoteEmulator) -> None:
    """An edit, a cleared value and a deleted record: three rows, and then none."""
    grow(attio, 20)
    first = process.read("companies")
    edited, cleared, deleted = (row["record_id"] for row in first.rows("companies")[:3])
    attio.api("PATCH", f"/v2/objects/companies/records/{edited}", {"data": {"values": {"name": "New"}}})
    attio.api("PATCH", f"/v2/objects/companies/records/{cleared}", {"data": {"values": {"name": []}}})
    attio.api("DELETE", f"/v2/objects/companies/records/{deleted}")
    second = process.read("companies", state=first.state())
    third = process.read("companies", state=second.state())

    found = {row["record_id"]: (row.get("name"), row["_deleted"]) for row in second.rows("companies")}
    assert {edited: ("New", False), cleared: (None, False), deleted: (None, True)} == found
    assert [] == third.rows("companies")


def test_a_killed_sync_is_taken_up_where_it_was(process: Command, attio: RemoteEmulator) -> None:
    """After a kill in the middle, the next sync delivers the rest, not the beginning again."""
    attio.seed("demo", companies=4000, people=0, deals=0)
    arguments = process.arguments("read", *process.reading(["companies"], "incremental", None))
    lines: list[str] = []
    states = 0
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as reading:
        assert reading.stdout
        for line in reading.stdout:
            lines.append(line)
            states += '"STATE"' in line
            if states == 3:
                reading.kill()
                break
    killed = Outcome(-9, lines)
    rest = process.read("companies", state=killed.state())

    rows = [*killed.rows("companies"), *rest.rows("companies")]
    assert (4000, 4000) == (len(rows), len({row["record_id"] for row in rows}))
    assert len(rest.rows("companies")) < 2000


def test_a_failing_stream_fails_alone(source: Command, attio: RemoteEmulator) -> None:
    """A stream that cannot be read ends incomplete, with its reason; the others are whole."""
    grow(attio, 3)
    attio.fault("status", path="/v2/objects/people/records/query", status=403, count=None)
    outcome = source.read("people", "companies", "workspace_members", "tasks")
    statuses = outcome.statuses()

    assert 3 == len(outcome.rows("companies"))
    assert ["INCOMPLETE", "COMPLETE", "COMPLETE", "COMPLETE"] == [
        statuses[name][-1] for name in ("people", "companies", "workspace_members", "tasks")
    ]
    assert ("people", "config_error") == outcome.errors()[0][:2]
    assert 0 != outcome.code


def test_a_storm_of_refusals_loses_nothing_and_keeps_the_pace(
    process: Command, attio: RemoteEmulator
) -> None:
    """Of the first calls every third is answered 429: every row is read, and no second sees 100 reads.

    Each refusal costs a second, so there are only some; most calls come at full pace after them.
    Twenty threads ask, so of the 75 that may start in a second at most twenty more arrive in it.
    """
    attio.clock(mode="real")
    attio.seed("demo", companies=100, people=10, deals=5)
    held = {name: {json.dumps(each["id"]) for each in attio.records(name, limit=500)} for name in STORMED} | {
        name: {json.dumps(each["id"]) for each in listed(attio, name)} for name in ("tasks", "notes")
    }
    attio.limits(enabled=True)
    attio.fault("status", status=429, every=3, count=REFUSALS, retry_after_seconds=0)
    attio.clear_calls()
    process.config |= {"include_comments": True, "requests_per_second": 75}
    outcome = process.read(*held, "comments", *LISTINGS)
    calls = attio.calls()
    attio.clear_faults()

    starts = sorted(unstamp(each["at"]) for each in calls)
    assert all(later - start >= BILLION for start, later in zip(starts, starts[99:], strict=False))
    assert REFUSALS == sum(each["status"] == 429 for each in calls)
    assert len(calls) > 100 + 3 * REFUSALS
    assert {name: len(ids) for name, ids in held.items()} == {
        name: len({json.dumps(row) for row in outcome.rows(name)}) for name in held
    }
    assert all(outcome.rows(name) for name in LISTINGS)
    assert 0 == outcome.code


def listed(attio: RemoteEmulator, name: str) -> list[Any]:
    found: list[Any] = []
    while more := attio.api("GET", f"/v2/{name}", limit=50, offset=len(found))["data"]:
        found += more
    return found


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"credentials": {"auth_type": "access_token", "access_token": "0" * 64}},
            "does not accept the access token",
        ),
        (
            {"credentials": {"auth_type": "access_token", "access_token": "wrong"}},
            "The access token is not an Attio token",
        ),
        ({"objects": ["planets"]}, "planets"),
        ({"filters": [{"target": "companies", "filter": '{"size": "big"}'}]}, "filter for 'companies'"),
        ({"history_attributes": ["deals.nosuch"]}, "deals.nosuch"),
        ({"api_url": "http://127.0.0.1:1"}, "cannot be reached"),
        ({"requests_per_second": 1e-300}, "`requests_per_second`: must be at least 0.01"),
        ({"start_date": "yesterday"}, "`start_date`: must be a date or a time, as 2026-01-31"),
        ({"full_scan_every": "often"}, "`full_scan_every`: must be a number of minutes"),
        ({"credentials": {"access_token": ""}}, "`credentials.access_token`: must be given"),
        (
            {"objects": 5, "include_comments": "x"},
            "`objects`: must be a list; `include_comments`: must",
        ),
        ({"change_feed": {"url": "https://x", "tokn": "T"}}, "`change_feed.tokn`: there is no such"),
    ],
)
def test_a_wrong_configuration_is_said_in_one_sentence(
    source: Command, change: dict[str, Any], sentence: str
) -> None:
    """What is wrong with a configuration is said by the check, in words."""
    source.config |= change
    outcome = source.run("check")
    statuses = [each["connectionStatus"] for each in outcome.messages if each["type"] == "CONNECTION_STATUS"]
    said = " ".join([each["message"] for each in statuses] + [message for *_, message in outcome.errors()])

    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.parametrize("content", ["", "nope", "[]", "null", "[" * 100_000])
def test_a_check_is_answered_whatever_the_file_holds(source: Command, content: str) -> None:
    """A file that is no JSON object fails the check with a sentence; the command itself ends well."""
    arguments = source.arguments("check")
    Path(arguments[-1]).write_text(content, encoding="utf-8")
    outcome = source.ran(arguments)
    (status,) = [one["connectionStatus"] for one in outcome.messages if one["type"] == "CONNECTION_STATUS"]

    assert (0, "FAILED") == (outcome.code, status["status"])
    assert "it is not the JSON of the protocol. Correct the file." in status["message"]


def test_a_history_that_attio_keeps_to_itself_is_refused_before_it_is_read(
    source: Command, attio: RemoteEmulator
) -> None:
    """The check asks for one record's past, and says of an attribute without one what the read would say."""
    source.config["history_attributes"] = ["companies.description"]
    unknown = source.run("check").messages[-1]["connectionStatus"]
    grow(attio, 1)
    refused = source.run("check").messages[-1]["connectionStatus"]
    read = source.read("attribute_values_history")

    assert ("SUCCEEDED", "FAILED") == (unknown["status"], refused["status"])
    assert "Attio tells no history of 'companies.description'" in refused["message"]
    assert f"attribute_values_history: {refused['message']}" in [message for *_, message in read.errors()]


def test_a_listing_that_fails_is_named(source: Command, attio: RemoteEmulator) -> None:
    """The sentence at the end names the stream also when it is one of the manifest's."""
    attio.fault("status", path="/v2/workspace_members", status=403, count=None)
    outcome = source.read("workspace_members", "workspace", "companies")

    assert ["INCOMPLETE", "COMPLETE", "COMPLETE"] == [
        outcome.statuses()[name][-1] for name in ("workspace_members", "workspace", "companies")
    ]
    assert "could be read: workspace_members. " in outcome.errors()[-1][2]
    assert 0 != outcome.code


def test_a_filter_by_id_is_for_the_object_alone(source: Command, attio: RemoteEmulator) -> None:
    """Of an object and a list with one slug, a filter by slug is for both and by id for one."""
    form = {"parent_object": "companies", "workspace_access": "full-access", "workspace_member_access": []}
    attio.api("POST", "/v2/lists", {"data": {"name": "Companies", "api_slug": "companies", **form}})
    grow(attio, 3)
    found = {each["api_slug"]: each["id"]["object_id"] for each in attio.api("GET", "/v2/objects")["data"]}
    wanted = {"filter": '{"name": "Company 1"}'}
    source.config["filters"] = [{"target": "companies", **wanted}]
    refused = source.run("check").messages[-1]["connectionStatus"]
    source.config["filters"] = [{"target": found["companies"], **wanted}]
    outcome = source.read("companies", "companies_entries")

    assert "as one for the list of that name" in refused["message"]
    assert (0, 1) == (outcome.code, len(outcome.rows("companies")))


def test_attio_s_trouble_is_not_the_filter_s_fault(source: Command, attio: RemoteEmulator) -> None:
    """A token that is revoked while the check tries a filter is told as such."""
    source.config["filters"] = [{"target": "companies", "filter": '{"name": "Company 1"}'}]
    attio.fault("status", method="POST", path="/v2/objects/companies/records/query", status=401, count=None)
    status = source.run("check").messages[-1]["connectionStatus"]

    assert "FAILED" == status["status"]
    assert "access token is not an Attio token" in status["message"]
    assert "filter" not in status["message"]


def test_a_scope_that_is_missing_leaves_out_its_stream(source: Command, attio: RemoteEmulator) -> None:
    """A token without the scope for notes discovers everything else, and says why notes are missing."""
    scopes = [
        "record_permission:read",
        "object_configuration:read",
        "list_configuration:read",
        "list_entry:read",
    ]
    attio.add_token("narrow", scopes=scopes)
    source.config["credentials"]["access_token"] = "narrow"
    outcome = source.run("discover")
    catalog = next(each["catalog"] for each in outcome.messages if each["type"] == "CATALOG")
    names = {each["name"] for each in catalog["streams"]}

    assert {"companies", "people", "objects", "lists"} <= names
    assert not {"notes", "tasks", "meetings", "workspace_members"} & names
    assert any("notes" in each["log"]["message"] for each in outcome.messages if each["type"] == "LOG")


def test_a_scope_that_was_taken_away_is_named(source: Command, attio: RemoteEmulator) -> None:
    """Reading with a token that lacks the scopes for records says which, not that the stream is gone."""
    attio.add_token("bare", scopes=["user_management:read"])
    source.config["credentials"]["access_token"] = "bare"
    outcome = source.read("companies")
    stream, kind, message = outcome.errors()[0]

    assert ("companies", "config_error") == (stream, kind)
    assert "record_permission:read" in message


def test_one_governor_paces_everything(
    source: Command, attio: RemoteEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call of a sync takes its turn from the same governor, the manifest's listings too.

    The threads of an earlier test may still try again what its ended check or sync had asked for, by the
    governor that the process has for the usual pace. So this test has an emulator and a governor of its own.
    """
    turns: list[str] = []
    right = Governor.turn
    governor = governor_of_process(OWN_PACE)

    def counted(self: Governor, *given: Any) -> Any:
        if self is governor:
            turns.append(given[-1])
        return right(self, *given)

    monkeypatch.setattr(Governor, "turn", counted)
    with another_attio() as alone:
        grow(alone, 3)
        alone.clear_calls()
        source.config |= {"api_url": alone.url, "requests_per_second": OWN_PACE}
        source.reading(["companies", "notes", *LISTINGS], "full_refresh", None)
        catalog = SourceAttio.read_catalog(str(source.folder / "catalog.json"))
        list(SourceAttio(source.config, catalog).read(logging.getLogger("airbyte"), source.config, catalog))

        assert until(lambda: len(alone.calls()) == len(turns) > 0), (alone.calls(), turns)
        assert {each["path"] for each in alone.calls()} == set(turns)
