"""The client for a running emulator."""

import json
from pathlib import Path
from typing import Any

import pytest

from attio_emulator.remote import AnsweredError, RemoteEmulator
from unit_tests.attio_emulator.speaking import PEOPLE


def test_garbage_is_a_200_that_is_no_json(attio: RemoteEmulator) -> None:
    """As a proxy in between would answer."""
    attio.fault("garbage", count=1)
    with pytest.raises(ValueError, match="unexpected character"):
        attio.api("GET", "/v2/objects")

    assert 5 == len(attio.api("GET", "/v2/objects")["data"])


def test_the_handle_says_what_was_refused(attio: RemoteEmulator) -> None:
    """api() raises with status and body, call() hands both over."""
    with pytest.raises(AnsweredError, match="404") as caught:
        attio.api("GET", "/v2/nothing")

    assert (404, "not_found") == (caught.value.status, caught.value.body["code"])
    assert 401 == attio.call("GET", "/v2/objects", token="other")[0]


def test_limits_can_be_switched_on(attio: RemoteEmulator) -> None:
    """By the emulator's clock, so that a test decides when a second is over."""
    attio.limits(enabled=True, writes_per_second=2, by="clock")
    statuses = [attio.call("POST", PEOPLE, {"data": {"values": {}}})[0] for _ in range(3)]
    attio.clock(advance_seconds=1)

    assert [200, 200, 429] == statuses
    assert attio.create_record("people", {})


def test_a_token_can_be_revoked(attio: RemoteEmulator) -> None:
    """Its calls end with 401 from then on."""
    token = attio.add_token("mine", scopes=["note:read"])
    before = attio.call("GET", "/v2/objects", token=token)[0]
    attio.add_token("mine", active=False)

    assert (403, 401) == (before, attio.call("GET", "/v2/objects", token=token)[0])


def test_a_workspace_survives_in_a_file(attio: RemoteEmulator, tmp_path: Path) -> None:
    """Dump, write, read, load: the same records, and unique values are still taken."""
    attio.seed("demo", companies=5, people=5, deals=2)
    before = attio.records("companies")
    file = tmp_path / "workspace.json"
    file.write_text(json.dumps(attio.dump()))
    attio.reset()
    attio.load(json.loads(file.read_text()))
    domain = before[0]["values"]["domains"][0]["domain"]
    claim: dict[str, Any] = {"data": {"values": {"domains": [domain]}}}

    assert before == attio.records("companies")
    assert 400 == attio.call("POST", "/v2/objects/companies/records", claim)[0]
