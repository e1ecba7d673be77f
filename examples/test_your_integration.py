"""Test an integration of your own against a local Attio: no account, no mocks, no network.

    pip install 'airbyte-attio[emulator]' pytest requests
    pytest examples/test_your_integration.py

The fixture `attio` comes with the package. Every test begins with an empty workspace.
"""

# ruff: noqa: ANN401, S101, SIM300 - pytest's own way: fixtures by name, bare asserts, what is expected first
from typing import Any

import requests


def sign_up(api_url: str, token: str, email: str, name: str) -> None:
    """Your code: make a person known to Attio; once more when Attio is busy."""
    for _ in range(2):
        answer = requests.put(
            f"{api_url}/v2/objects/people/records",
            params={"matching_attribute": "email_addresses"},
            headers={"Authorization": f"Bearer {token}"},
            json={"data": {"values": {"email_addresses": [email], "name": name}}},
            timeout=10,
        )
        if answer.status_code != requests.codes.too_many_requests:
            break
    answer.raise_for_status()


def test_signing_up_twice_makes_one_person(attio: Any) -> None:
    """An address in other capitals is the same person, whose name becomes the newer one."""
    sign_up(attio.url, attio.token, "ada@example.com", "Byron, Ada")
    sign_up(attio.url, attio.token, "ADA@example.com", "Lovelace, Ada")
    names = [person["values"]["name"][0] for person in attio.records("people")]

    assert ["Lovelace"] == [name["last_name"] for name in names]


def test_a_busy_attio_is_asked_again(attio: Any) -> None:
    """One 429 does not lose a sign-up; the emulator fails on order and remembers what it was asked."""
    attio.fault("status", method="PUT", status=429, count=1)
    sign_up(attio.url, attio.token, "ada@example.com", "Lovelace, Ada")

    assert [429, 200] == [call["status"] for call in attio.calls() if call["method"] == "PUT"]
