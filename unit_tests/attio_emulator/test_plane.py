"""The control plane: reset, seeds by name and size, events."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api

PEOPLE = "/v2/objects/people/records"


def test_a_reset_begins_anew(api: Api) -> None:
    """Records, tokens, faults, calls and the clock are as they were at the start; ids begin again."""
    before = api.record("people", {})
    api.emulator.add_token("more")
    api("POST", "/_emulator/faults", {"kind": "drop", "skip": 1})
    api("POST", "/_emulator/reset")

    assert before == api.record("people", {})
    assert (401, "unauthorized") == api.refusal("GET", "/v2/objects", token="more")


@pytest.mark.parametrize(
    "body", [{"name": "nothing"}, {"companies": -1}, {"companies": "many"}, {"ships": 5}]
)
def test_unknown_seeds_are_refused(api: Api, body: Any) -> None:
    """By name, by size, by an option that does not exist."""
    assert (400, "validation_type") == api.refusal("POST", "/_emulator/seed", body)


def test_events_can_be_read(api: Api) -> None:
    """What webhooks would be told, numbered."""
    api.record("people", {})
    events = api("GET", "/_emulator/events")["events"]

    assert [(1, "record.created")] == [(each["n"], each["event"]["event_type"]) for each in events]
    assert [] == api("GET", "/_emulator/events?since=1")["events"]
