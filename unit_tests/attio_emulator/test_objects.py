"""Objects: made, renamed, deleted, protected."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import define

OBJECT = {"api_slug": "boats", "singular_noun": "Boat", "plural_noun": "Boats"}


def test_an_object_lives_and_dies_with_its_records(api: Api) -> None:
    """A custom object starts with three attributes, can be renamed, and takes everything with it."""
    api("POST", "/v2/objects", {"data": OBJECT})
    started = [each["api_slug"] for each in api("GET", "/v2/objects/boats/attributes")["data"]]
    partner = {"object": "companies", "title": "Boats", "api_slug": "boats", "is_multiselect": True}
    define(api, "owner", "record-reference", "objects/boats", relationship=partner)
    company = api.record("companies", {"domains": ["a.com"]})
    api.record("boats", {"owner": "a.com"})
    api("PATCH", "/v2/objects/boats", {"data": {"api_slug": "ships"}})
    renamed = api("GET", f"/v2/objects/companies/records/{company}")["data"]["values"]["boats"][0]
    api("DELETE", "/v2/objects/ships")

    assert ["record_id", "created_at", "created_by"] == started
    assert "ships" == renamed["target_object"]
    assert [] == api("GET", f"/v2/objects/companies/records/{company}")["data"]["values"]["boats"]
    assert (404, "not_found") == api.refusal("GET", "/v2/objects/ships")


@pytest.mark.parametrize(
    ("method", "target", "data", "refusal"),
    [
        ("POST", "/v2/objects", OBJECT | {"api_slug": "people"}, (409, "slug_conflict")),
        ("POST", "/v2/objects", OBJECT | {"plural_noun": "companies"}, (409, "slug_conflict")),
        ("POST", "/v2/objects", OBJECT | {"singular_noun": ""}, (400, "validation_type")),
        ("POST", "/v2/objects", {"api_slug": "boats"}, (400, "validation_type")),
        ("PATCH", "/v2/objects/people", {}, (400, "validation_type")),
        ("PATCH", "/v2/objects/people", {"plural_noun": "Companies"}, (409, "slug_conflict")),
        ("PATCH", "/v2/objects/people", {"api_slug": "humans"}, (400, "system_edit_unauthorized")),
        ("DELETE", "/v2/objects/people", None, (400, "system_edit_unauthorized")),
        ("DELETE", "/v2/objects/boats", None, (404, "not_found")),
    ],
)
def test_objects_are_protected(
    api: Api, method: str, target: str, data: Any, refusal: tuple[int, str]
) -> None:
    """Names that are taken, empty changes, and standard objects."""
    assert refusal == api.refusal(method, target, {"data": data})
