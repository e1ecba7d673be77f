"""What `make oracles` stands on: a recorder that changes nothing, and refusals told by their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_emulator.remote import RemoteEmulator
from integration_tests.oracles.__main__ import CLIENTS, Refusal, judged, refusals
from integration_tests.oracles.recorder import recorded

if TYPE_CHECKING:
    from integration_tests.attio_session.calling import Exchange

NOBODIES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def through(attio: RemoteEmulator) -> list[Exchange]:
    """A few calls by way of a recorder."""
    with recorded(attio.url) as recorder:
        beside = RemoteEmulator(recorder.url, attio.token)
        beside.create_record("companies", {"name": "Ada Ltd", "domains": ["ada.example.com"]})
        for record in NOBODIES:
            beside.call("GET", f"/v2/objects/companies/records/{record}")
    return recorder.exchanges


def test_a_client_is_served_through_the_recorder(attio: RemoteEmulator) -> None:
    """What a client asks arrives, and what it is answered is remembered with status and body."""
    exchanges = through(attio)

    assert [("POST", 200), ("GET", 404), ("GET", 404)] == [(one.method, one.status) for one in exchanges]
    assert "ada.example.com" in str(attio.records("companies"))
    assert exchanges[0].body["data"]["values"]["name"][0]["value"] == "Ada Ltd"


def test_refusals_of_one_kind_are_one(attio: RemoteEmulator) -> None:
    """The same call refused for another record is the same refusal, to be judged once."""
    found = refusals("somebody", through(attio))

    assert {Refusal("somebody", "GET /v2/objects/companies/records/{id}", 404, "not_found"): 2} == found


def test_only_clients_that_run_are_judged() -> None:
    """No judgement stands for a client that is not tried."""
    assert {one.client for one in judged()} <= set(CLIENTS)
