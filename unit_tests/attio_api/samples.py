"""One attribute and one value of every type, as Attio sends them; made up for these tests."""

from typing import Any

from attio_api.attributes import Attribute

MEMBER = "0b3b0a30-6a0e-4f53-8a5c-0d3f3f2b9b01"
RECORD = "5d6e0e52-7a43-4c57-9f5b-3a0a3f1f7c02"
COMPANIES = "9c1f6c8e-1e0b-4b1a-8f0e-6a2d4c3b5e03"
SINCE = "2026-05-01T10:00:00.000000000Z"

VALUES: dict[str, dict[str, Any]] = {
    "text": {"value": "Widgets & more"},
    "number": {"value": 17.5},
    "checkbox": {"value": True},
    "currency": {"currency_value": 99.5, "currency_code": "EUR"},
    "date": {"value": "2026-05-01"},
    "timestamp": {"value": "2026-05-01T09:30:00.123456789Z"},
    "rating": {"value": 4},
    "status": {
        "status": {"id": {"status_id": MEMBER}, "title": "Lead", "is_archived": False},
    },
    "select": {"option": {"id": {"option_id": MEMBER}, "title": "Medium", "is_archived": False}},
    "record-reference": {"target_object": "companies", "target_record_id": RECORD},
    "actor-reference": {"referenced_actor_type": "workspace-member", "referenced_actor_id": MEMBER},
    "location": {
        "line_1": "1 Harbour Road",
        "line_2": None,
        "line_3": None,
        "line_4": None,
        "locality": "Bristol",
        "region": "England",
        "postcode": "BS1 1AA",
        "country_code": "GB",
        "latitude": "51.454514",
        "longitude": "-2.58791",
    },
    "domain": {"domain": "app.example.com", "root_domain": "example.com"},
    "email-address": {
        "original_email_address": "Ada@Example.com",
        "email_address": "ada@example.com",
        "email_domain": "example.com",
        "email_root_domain": "example.com",
        "email_local_specifier": "ada",
    },
    "phone-number": {
        "original_phone_number": "+44 117 234 5678",
        "country_code": "GB",
        "phone_number": "+441172345678",
    },
    "personal-name": {"first_name": "Ada", "last_name": "Lovelace", "full_name": "Ada Lovelace"},
    "interaction": {
        "interaction_type": "email",
        "interacted_at": SINCE,
        "owner_actor": {"type": "workspace-member", "id": MEMBER},
    },
}


def value(kind: str, **changes: Any) -> dict[str, Any]:
    """One value of a type with the members that every value has."""
    common = {
        "active_from": SINCE,
        "active_until": None,
        "created_by_actor": {"type": "system", "id": None},
        "attribute_type": kind,
    }
    return {**common, **VALUES.get(kind, {}), **changes}


def attribute(kind: str, **changes: Any) -> Attribute:
    """One attribute of a type, named after it."""
    own: dict[str, Any] = {}
    if kind == "record-reference":
        own = {"allowed_object_ids": (COMPANIES,)}
    if kind == "currency":
        own = {"currency_code": "EUR"}
    facts = {"attribute_id": MEMBER, "slug": kind.replace("-", "_"), "title": kind, "type": kind, **own}
    return Attribute(**{**facts, **changes})
