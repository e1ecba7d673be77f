"""An object with an attribute of every type, for tests of queries."""

from typing import Any

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import NOWHERE, define

STEP = [["odd", "record-reference"]]
ODD = "/v2/objects/odd/records/query"
FULL: dict[str, Any] = {
    "name": "a Full",
    "code": "A1",
    "number": 5,
    "rating": 3,
    "currency": 10.5,
    "checkbox": True,
    "date": "2025-05-05",
    "timestamp": "2025-05-05T12:00:00Z",
    "location": {**NOWHERE, "locality": "Bristol", "country_code": "GB"},
    "status": "Red",
    "select": ["Red", "Blue"],
    "domain": ["app.example.com", "other.org"],
    "email-address": ["Ada@app.example.com"],
    "phone-number": ["+441172345678"],
    "actor": "ada@example.com",
}
"""A record with every value but its reference, whose target is made for each test."""


def names(api: Api, filter_: Any, **more: Any) -> list[str]:
    """The names of the odd records that a filter finds, in alphabetical order."""
    found = api("POST", ODD, {"filter": filter_, **more})["data"]
    return sorted(each["values"]["name"][0]["value"] for each in found)


def odd_records(api: Api) -> Api:
    """Three records, a, b and c, of an object with an attribute of every type."""
    api("POST", "/v2/objects", {"data": {"api_slug": "odd", "singular_noun": "Odd", "plural_noun": "Odds"}})
    define(api, "name", "text", "objects/odd")
    for slug in ("number", "rating", "currency", "checkbox", "date", "timestamp", "location", "status"):
        define(api, slug, slug, "objects/odd")
    define(api, "select", "select", "objects/odd", is_multiselect=True)
    define(api, "code", "text", "objects/odd", is_unique=True)
    for slug in ("domain", "email-address", "phone-number", "record-reference"):
        define(api, slug, slug, "objects/odd", is_multiselect=True)
    define(api, "actor", "actor-reference", "objects/odd")
    for title in ("Red", "Blue"):
        api("POST", "/v2/objects/odd/attributes/select/options", {"data": {"title": title}})
        api("POST", "/v2/objects/odd/attributes/status/statuses", {"data": {"title": title}})
    person = api.record("people", {"email_addresses": ["p@deep.org"]})
    reference = [{"target_object": "people", "target_record_id": person}]
    api.record("odd", {**FULL, "record-reference": reference})
    api.record("odd", {"name": "b Half", "code": "B1", "number": 7, "select": ["Blue"], "status": "Blue"})
    api.record("odd", {"name": "c Empty"})
    return api
