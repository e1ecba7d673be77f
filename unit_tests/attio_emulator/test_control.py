"""The control plane: clock, faults, calls, dump and load, seeds, determinism."""

from typing import Any

import pytest

from attio_emulator.contract.wire import dumps
from attio_emulator.emulator import Emulator
from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_coercion import deal

PEOPLE = "/v2/objects/people/records"


def test_the_clock_stands_and_moves_with_writes(api: Api) -> None:
    """Every write call has its own millisecond, and all it stores carries that moment."""
    one, two = (api("GET", f"{PEOPLE}/{api.record('people', {})}")["data"]["created_at"] for _ in range(2))

    assert ("2026-01-01T09:00:00.001000000Z", "2026-01-01T09:00:00.002000000Z") == (one, two)


def test_the_clock_can_be_set_and_moved(api: Api) -> None:
    """By a moment with nanoseconds, by seconds, and back to the wall."""
    api("POST", "/_emulator/clock", {"now": "2030-01-01T00:00:00.000000001Z"})
    moved = api("POST", "/_emulator/clock", {"advance_seconds": 1.5})
    real = api("POST", "/_emulator/clock", {"mode": "real"})

    assert {"now": "2030-01-01T00:00:01.500000001Z", "mode": "manual"} == moved
    assert ("real", True) == (real["mode"], real["now"] < "2030")
    for wrong in (
        {"now": "noon"},
        {"now": "9999-12-31"},
        {"advance_seconds": 1e300},
        {"advance_seconds": "1"},
    ):
        assert (400, "validation_type") == api.refusal("POST", "/_emulator/clock", wrong)


def test_answers_say_when_and_which_they_are(api: Api) -> None:
    """x-accurate-at is the emulator's time, x-attio-execution-id differs every time."""
    first, second = api.raw("GET", "/v2/self").headers, api.raw("GET", "/v2/self").headers

    assert "2026-01-01T09:00:00.000000000Z" == first["x-accurate-at"]
    assert first["x-attio-execution-id"] != second["x-attio-execution-id"]


def test_calls_are_written_down(api: Api) -> None:
    """With their kind and status; a query counts as a read. The control plane is not among them."""
    api("POST", f"{PEOPLE}/query", {})
    api.record("people", {})
    api.raw("GET", "/v2/nothing")
    log = api("GET", "/_emulator/calls")

    assert ["read", "write", "read"] == [each["kind"] for each in log["calls"]]
    assert {"read": 2, "write": 1, "all": 3, "200": 2, "404": 1} == log["counts"]
    assert 1 == len(api("GET", "/_emulator/calls?since=2")["calls"])
    assert [] == api("DELETE", "/_emulator/calls")["calls"]


def test_light_records_are_many_and_small(api: Api) -> None:
    """The seed `light` takes how many readings there are, and nothing else; each has about a kilobyte."""
    counts = api("POST", "/_emulator/seed", {"name": "light", "readings": 700})["counts"]
    page = api.raw("POST", "/v2/objects/readings/records/query", {"limit": 500}).body

    assert 700 == counts["readings"]
    assert 1000 < len(page) / 500 < 1200
    for wrong in ({"readings": -1}, {"readings": True}, {"companies": 5}):
        assert 400 == api.refusal("POST", "/_emulator/seed", {"name": "light", **wrong})[0]


@pytest.mark.parametrize("name", ["demo", "hostile"])
def test_a_dump_holds_everything(api: Api, name: str) -> None:
    """Loaded elsewhere it gives the same dump, the same pages, and goes on with the same ids."""
    api("POST", "/_emulator/seed", {"name": name})
    api("PATCH", f"{PEOPLE}/{first(api)}", {"data": {"values": {"job_title": "New"}}})
    dumped = api("GET", "/_emulator/dump")
    other = Api(Emulator(clock_mode="manual", seed="another"))
    other("POST", "/_emulator/load", dumped)

    assert dumped == other("GET", "/_emulator/dump")
    for slug in ("people", "companies", "deals"):
        target = f"/v2/objects/{slug}/records/query"
        assert api.raw("POST", target, {}).body == other.raw("POST", target, {}).body
    assert api.record("people", {}) == other.record("people", {})


def first(api: Api) -> str:
    return str(api("POST", f"{PEOPLE}/query", {"limit": 1})["data"][0]["id"]["record_id"])


@pytest.mark.parametrize("document", [{}, {"workspaces": 5}, {"workspaces": [{}], "tokens": [], "clock": {}}])
def test_what_is_no_dump_changes_nothing(api: Api, document: Any) -> None:
    """A document of something else is refused, and the state stays."""
    api.record("people", {})

    assert (400, "validation_type") == api.refusal("POST", "/_emulator/load", document)
    assert 1 == len(api("POST", f"{PEOPLE}/query", {})["data"])


def test_a_reset_begins_anew(api: Api) -> None:
    """Records, tokens, faults, calls and the clock are as they were at the start; ids begin again."""
    before = api.record("people", {})
    api.emulator.add_token("more")
    api("POST", "/_emulator/faults", {"kind": "drop", "skip": 1})
    api("POST", "/_emulator/reset")

    assert before == api.record("people", {})
    assert (401, "unauthorized") == api.refusal("GET", "/v2/objects", token="more")


def test_equal_seeds_and_calls_give_equal_bytes() -> None:
    """Two emulators that were told the same say the same, to the byte."""
    dumps_ = []
    for _ in range(2):
        api = Api(Emulator(clock_mode="manual"))
        api("POST", "/_emulator/seed", {"name": "demo", "companies": 20, "people": 30, "deals": 5, "seed": 7})
        deal(api)
        dumps_.append(dumps(api("GET", "/_emulator/dump")))

    assert dumps_[0] == dumps_[1]


def test_the_demo_is_a_crm_of_the_wanted_size(api: Api) -> None:
    """Companies with teams, deals with past stages, a custom object, two lists, notes, tasks."""
    sizes = {"companies": 30, "people": 60, "deals": 20, "projects": 5}
    counts = api("POST", "/_emulator/seed", {"name": "demo", **sizes})["counts"]
    people = api("POST", f"{PEOPLE}/query", {})["data"]
    addresses = [each["values"]["email_addresses"][0]["email_address"] for each in people]
    deals = api("POST", "/v2/objects/deals/records/query", {})["data"]
    stages = [
        api(
            "GET",
            f"/v2/objects/deals/records/{each['id']['record_id']}/attributes/stage/values?show_historic=true",
        )
        for each in deals
    ]

    assert sizes == {name: counts[name] for name in sizes}
    assert 60 == len(set(addresses))
    assert {1, 2, 3} == {len(each["data"]) for each in stages}
    assert 0 < counts["sales_outreach_entries"] <= 40
    assert (10, 40) == (len(api("GET", "/v2/notes")["data"]), len(api("GET", "/v2/tasks")["data"]))


def test_the_demo_can_be_written_to_as_if_it_had_been_typed(api: Api) -> None:
    """Seeded domains are taken, seeded people can be found, moved and deleted."""
    api("POST", "/_emulator/seed", {"name": "demo"})
    company = api("POST", "/v2/objects/companies/records/query", {"limit": 1})["data"][0]
    domain = company["values"]["domains"][0]["domain"]
    claim = {"data": {"values": {"domains": [domain]}}}
    person = api.record("people", {"company": domain})
    team = api("GET", f"/v2/objects/companies/records/{company['id']['record_id']}")["data"]["values"]["team"]

    assert (400, "uniqueness_conflict") == api.refusal("POST", "/v2/objects/companies/records", claim)
    assert person == team[-1]["target_record_id"]


@pytest.mark.parametrize(
    "body", [{"name": "nothing"}, {"companies": -1}, {"companies": "many"}, {"ships": 5}]
)
def test_unknown_seeds_are_refused(api: Api, body: Any) -> None:
    """By name, by size, by an option that does not exist."""
    assert (400, "validation_type") == api.refusal("POST", "/_emulator/seed", body)


def test_the_hostile_seed_is_served_without_a_flinch(api: Api) -> None:
    """A thousand records of one moment come in whole pages, and every object can be read."""
    api("POST", "/_emulator/seed", {"name": "hostile"})
    sorts = [{"attribute": "created_at", "direction": "desc"}]
    pages = [
        api("POST", "/v2/objects/crowd/records/query", {"sorts": sorts, "offset": n})["data"]
        for n in (0, 500, 1000)
    ]
    ids = [each["id"]["record_id"] for page in pages for each in page]

    assert (1000, sorted(ids)) == (len(set(ids)), ids)
    for kind in api("GET", "/v2/objects")["data"]:
        assert api("POST", f"/v2/objects/{kind['id']['object_id']}/records/query", {})["data"] is not None


def test_events_can_be_read(api: Api) -> None:
    """What webhooks would be told, numbered."""
    api.record("people", {})
    events = api("GET", "/_emulator/events")["events"]

    assert [(1, "record.created")] == [(each["n"], each["event"]["event_type"]) for each in events]
    assert [] == api("GET", "/_emulator/events?since=1")["events"]
