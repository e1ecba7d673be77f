"""Names, domains and the like, as Attio reads them."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ("Lovelace, Ada", ("Ada", "Lovelace", "Ada Lovelace")),
        ("Ada Lovelace", ("Ada Lovelace", "", "Ada Lovelace")),
        ("King, Ada, Countess", ("Ada, Countess", "King", "Ada, Countess King")),
        ({"first_name": "Ada", "last_name": "King", "full_name": "A. King"}, ("Ada", "King", "A. King")),
        ({"first_name": "Ada", "last_name": "", "full_name": "Ada"}, ("Ada", "", "Ada")),
    ],
)
def test_a_name_is_split_at_its_first_comma(api: Api, given: Any, held: tuple[str, str, str]) -> None:
    """Text before the first comma is the last name; parts are taken as they are."""
    record_id = api.record("people", {"name": given})
    name = api("GET", f"/v2/objects/people/records/{record_id}")["data"]["values"]["name"][0]

    assert held == (name["first_name"], name["last_name"], name["full_name"])


@pytest.mark.parametrize("domain", ["a.test", "b.example", "c.d.invalid", "https://e.localhost/x"])
def test_domains_of_reserved_endings_are_refused(api: Api, domain: str) -> None:
    """Nobody can own such a domain; those under example.com are taken."""
    body = {"data": {"values": {"domains": [domain]}}}

    assert (400, "validation_type") == api.refusal("POST", "/v2/objects/companies/records", body)
    assert api.record("companies", {"domains": ["a.example.com", "example.org"]})


def test_an_international_domain_is_kept_as_it_is_written(api: Api) -> None:
    """In letters and as `xn--` it is two domains: nobody has said which of the two Attio stores."""
    record_id = api.record("companies", {"domains": ["https://MÜNCHEN.de/rathaus", "xn--mnchen-3ya.de"]})
    held = api("GET", f"/v2/objects/companies/records/{record_id}")["data"]["values"]["domains"]

    assert ["münchen.de", "xn--mnchen-3ya.de"] == [value["domain"] for value in held]
