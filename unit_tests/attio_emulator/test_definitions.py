"""Attributes: which can be defined, and what their defaults look like."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE, Api
from unit_tests.attio_emulator.fields_of_deals import deal, define

DEALS = "/v2/objects/deals/attributes"
TO_COMPANIES = {"object": "companies", "title": "Deals", "api_slug": "deals", "is_multiselect": True}
A_GHOST = {"target_object": "people", "target_record_id": NOWHERE}


def attribute_body(**changes: Any) -> dict[str, Any]:
    return {
        "data": {
            "title": "Field",
            "description": None,
            "api_slug": "field",
            "type": "text",
            "is_required": False,
            "is_unique": False,
            "is_multiselect": False,
            "config": {},
            **changes,
        }
    }


@pytest.mark.parametrize(
    ("target", "changes", "code"),
    [
        ("objects/deals", {"api_slug": "name"}, "slug_conflict"),
        ("objects/deals", {"type": "interaction"}, "validation_type"),
        ("objects/deals", {"type": "select", "is_unique": True}, "validation_type"),
        ("objects/deals", {"is_multiselect": True}, "validation_type"),
        ("objects/deals", {"surprise": 1}, "validation_type"),
        ("objects/deals", {"title": ""}, "validation_type"),
        *[
            ("objects/deals", {"config": {block: wrong}}, "validation_type")
            for block, wrong in (
                ("currency", {"default_currency_code": "XXX", "display_type": "code"}),
                ("currency", {"default_currency_code": "EUR"}),
                ("currency", {"default_currency_code": None, "display_type": None}),
                ("currency", None),
                ("record_reference", {}),
                ("record_reference", None),
            )
        ],
        ("objects/people", {"is_unique": True}, "validation_type"),
        ("objects/companies", {"is_unique": True}, "validation_type"),
        ("objects/people", {"type": "status"}, "validation_type"),
        ("objects/people", {"default_value": {"type": "static", "template": ["x"]}}, "validation_type"),
        (
            "objects/deals",
            {"type": "number", "default_value": {"type": "static", "template": ["x"]}},
            "validation_type",
        ),
        (
            "objects/deals",
            {"type": "date", "default_value": {"type": "dynamic", "template": "soon"}},
            "validation_type",
        ),
        *[
            ("objects/deals", {"type": "record-reference", **changes}, "validation_type")
            for changes in (
                {"config": {"record_reference": {"allowed_objects": ["people", "nowhere"]}}},
                {"default_value": {"type": "static", "template": [A_GHOST]}},
                {
                    "config": {"record_reference": {"allowed_objects": ["people"]}},
                    "relationship": TO_COMPANIES,
                },
            )
        ],
        (
            "objects/deals",
            {"type": "select", "default_value": {"type": "static", "template": ["Nope"]}},
            "validation_type",
        ),
        ("objects/nowhere", {}, "not_found"),
        ("lists/nowhere", {}, "not_found"),
        ("things/deals", {}, "not_found"),
    ],
)
def test_attributes_that_cannot_be_are_refused(api: Api, target: str, changes: Any, code: str) -> None:
    """Slugs taken, types that nobody creates, flags that do not go together, closed bodies."""
    assert code == api.refusal("POST", f"/v2/{target}/attributes", attribute_body(**changes))[1]


@pytest.mark.parametrize(
    ("type_", "given", "shown"),
    [
        ("text", "x", {"value": "x"}),
        ("currency", {"currency_value": "5"}, {"currency_value": 5, "currency_code": "USD"}),
        ("domain", "https://A.com/", {"domain": "a.com", "root_domain": "a.com"}),
        ("date", "2026", {"value": "2026-01-01"}),
    ],
)
def test_a_fixed_default_is_shown_as_values_are(api: Api, type_: str, given: Any, shown: Any) -> None:
    """In the form that is read and with its type, whatever form it was written in; new records get it."""
    template = {"type": "static", "template": [given]}
    made = define(api, "field", type_, default_value=template, is_multiselect=type_ == "domain")
    [value] = deal(api)["values"]["field"]

    assert [{**shown, "attribute_type": type_}] == made["default_value"]["template"]
    assert shown.items() <= value.items()


def test_a_default_option_is_shown_by_its_id(api: Api) -> None:
    """So are a status and an actor; a new record gets the option as it is by then."""
    define(api, "size", "select")
    small = api("POST", f"{DEALS}/size/options", {"data": {"title": "Small"}})["data"]["id"]["option_id"]
    default = {"type": "static", "template": ["Small"]}
    changed = api("PATCH", f"{DEALS}/size", {"data": {"default_value": default}})["data"]["default_value"]
    api("PATCH", f"{DEALS}/size/options/Small", {"data": {"title": "Tiny"}})

    assert [{"option": small, "attribute_type": "select"}] == changed["template"]
    assert "Tiny" == deal(api)["values"]["size"][0]["option"]["title"]
