"""Attributes that tests give to deals, and an address without any part."""

from typing import Any

from unit_tests.attio_emulator.calling import Api

NOWHERE = dict.fromkeys(
    ("line_1", "line_2", "line_3", "line_4", "locality", "region", "postcode", "country_code"), None
) | {"latitude": None, "longitude": None}


def define(api: Api, slug: str, type_: str, target: str = "objects/deals", **more: Any) -> dict[str, Any]:
    body = {
        "title": slug,
        "description": None,
        "api_slug": slug,
        "type": type_,
        "is_required": False,
        "is_unique": False,
        "is_multiselect": False,
        "config": {},
        **more,
    }
    made: dict[str, Any] = api("POST", f"/v2/{target}/attributes", {"data": body})["data"]
    return made


def deal(api: Api, **values: Any) -> dict[str, Any]:
    filled = {"name": "Deal", "stage": "Lead", "owner": "ada@example.com", **values}
    made: dict[str, Any] = api("POST", "/v2/objects/deals/records", {"data": {"values": filled}})["data"]
    return made
