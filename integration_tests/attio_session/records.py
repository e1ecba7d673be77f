"""Objects, attributes, records, lists and entries: made, changed, read, queried, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integration_tests.attio_session.calling import Session

TYPES: dict[str, tuple[Any, dict[str, Any]]] = {
    "text": ("a text", {"is_unique": True}),
    "number": (4.25, {}),
    "checkbox": (True, {"default_value": {"type": "static", "template": [True]}}),
    "currency": (
        99.5,
        {"config": {"currency": {"default_currency_code": "EUR", "display_type": "symbol"}}},
    ),
    "date": ("2026-05-01", {"default_value": {"type": "dynamic", "template": "P1M"}}),
    "timestamp": ("2026-05-01T10:00:00+02:00", {}),
    "rating": (3, {}),
    "status": ("Open", {}),
    "select": (["Small", "Large"], {"is_multiselect": True}),
    "record-reference": (
        [{"target_object": "people", "email_addresses": [{"email_address": "ada@lovelace.example.com"}]}],
        {
            "is_multiselect": True,
            "config": {"record_reference": {"allowed_objects": ["people", "companies"]}},
        },
    ),
    "actor-reference": ([], {"is_multiselect": True}),
    "location": ("1 High Street, Bristol", {}),
    "domain": (["app.example.com"], {"is_multiselect": True}),
    "email-address": (["Bob@example.com"], {"is_multiselect": True}),
    "phone-number": (["+441172345678"], {"is_multiselect": True}),
}


def configure(call: Session) -> None:
    """Objects, attributes, options, statuses, members, self."""
    call("GET", "/v2/self")
    call("GET", "/v2/objects")
    member = call("GET", "/v2/workspace_members")["data"][0]["id"]["workspace_member_id"]
    call("GET", f"/v2/workspace_members/{member}")
    new = {"api_slug": "projects", "singular_noun": "Project", "plural_noun": "Projects"}
    call.data("POST", "/v2/objects", new)
    call("POST", "/v2/objects", {"data": new})
    call("PATCH", "/v2/objects/projects", {"data": {"plural_noun": "Endeavours"}})
    call("GET", "/v2/objects/projects")
    call("GET", "/v2/objects/projects/views")
    call("GET", "/v2/objects/companies/attributes", limit=5, offset=1)


def every_type(call: Session) -> None:
    """One attribute of each type that can be made, and a record that fills them all."""
    for kind, (_, more) in TYPES.items():
        make_attribute(call, "objects/projects", kind, **more)
    attribute = "/v2/objects/projects/attributes/my-status"
    call("POST", f"{attribute}/statuses", {"data": {"title": "Open", "celebration_enabled": True}})
    call("POST", f"{attribute}/statuses", {"data": {"title": "Open"}})
    call("PATCH", f"{attribute}/statuses/Open", {"data": {"target_time_in_status": "P7D"}})
    call("GET", f"{attribute}/statuses", show_archived="true")
    for title in ("Small", "Large", "Old"):
        call("POST", "/v2/objects/projects/attributes/my-select/options", {"data": {"title": title}})
    call("PATCH", "/v2/objects/projects/attributes/my-select/options/Old", {"data": {"is_archived": True}})
    call("GET", "/v2/objects/projects/attributes/my-select/options")
    call("GET", attribute)
    small = {"default_value": {"type": "static", "template": ["Small"]}}
    call("PATCH", "/v2/objects/projects/attributes/my-select", {"data": small})
    call("PATCH", "/v2/objects/projects/attributes/my-rating", {"data": {"title": "Stars"}})
    relate(call)
    fill(call)


def make_attribute(call: Session, target: str, kind: str, **more: Any) -> Any:
    """Make one attribute, named after its type."""
    new = {
        "title": f"My {kind}",
        "description": None,
        "api_slug": f"my-{kind}",
        "type": kind,
        "is_required": False,
        "is_unique": False,
        "is_multiselect": False,
        "config": {},
    }
    return call("POST", f"/v2/{target}/attributes", {"data": {**new, **more}})


def relate(call: Session) -> None:
    """A relationship between two objects."""
    reverse = {"object": "companies", "title": "Projects", "api_slug": "projects", "is_multiselect": True}
    config = {"record_reference": {"allowed_objects": ["companies"]}}
    make_attribute(
        call, "objects/projects", "record-reference", api_slug="client", relationship=reverse, config=config
    )


def fill(call: Session) -> None:
    """Write and read records with every type."""
    values = {f"my-{kind}": value for kind, (value, _) in TYPES.items()}
    member = call("GET", "/v2/workspace_members")["data"][0]["email_address"]
    values["my-actor-reference"] = [member]
    company = call.data(
        "POST", "/v2/objects/companies/records", {"values": {"domains": ["client.example.com"]}}
    )
    values["client"] = {"target_object": "companies", "target_record_id": company["id"]["record_id"]}
    record = call.data("POST", "/v2/objects/projects/records", {"values": values})
    path = f"/v2/objects/projects/records/{record['id']['record_id']}"
    call("PATCH", path, {"data": {"values": {"my-number": 5, "my-select": ["Small"]}}})
    call("PUT", path, {"data": {"values": {"my-select": ["Large"], "my-checkbox": False}}})
    call("GET", path)
    call("GET", f"{path}/attributes/my-number/values", show_historic="true")
    call("PUT", "/v2/objects/projects/records", {"data": {"values": values}}, matching_attribute="my-text")
    call("GET", f"/v2/objects/companies/records/{company['id']['record_id']}")
    history = [{"value": 1, "active_from": "2020-01-01T00:00:00Z", "active_until": None}]
    call("PUT", f"{path}/attributes/my-rating/values", {"data": {"values": history, "replace_history": True}})


def people(call: Session) -> None:
    """Records of a standard object: written by create and by upsert."""
    values = {
        "name": "Lovelace, Ada",
        "email_addresses": ["ada@lovelace.example.com"],
        "phone_numbers": ["+441172345678"],
        "job_title": "Mathematician",
        "company": [{"target_object": "companies", "domains": [{"domain": "lovelace.example.com"}]}],
    }
    call("POST", "/v2/objects/companies/records", {"data": {"values": {"domains": ["lovelace.example.com"]}}})
    call("POST", "/v2/objects/people/records", {"data": {"values": values}})
    call(
        "PUT",
        "/v2/objects/people/records",
        {"data": {"values": values}},
        matching_attribute="email_addresses",
    )


def queries(call: Session) -> None:
    """Records of a standard object, found in several ways."""
    filters: list[Any] = [
        {"name": "Ada Lovelace"},
        {"name": {"first_name": {"$eq": "Ada"}}},
        {"$or": [{"job_title": {"$contains": "math"}}, {"$not": {"job_title": "x"}}]},
        {"record_id": {"$in": [person_id(call)]}},
        {
            "path": [["people", "company"], ["companies", "domains"]],
            "constraints": {"domain": {"$eq": "x.com"}},
        },
    ]
    sorts = [{"attribute": "name", "field": "last_name", "direction": "asc"}]
    for each in filters:
        call("POST", "/v2/objects/people/records/query", {"filter": each, "sorts": sorts, "limit": 10})
    search = {"query": "ada", "objects": ["people", "companies"], "request_as": {"type": "workspace"}}
    call("POST", "/v2/objects/records/search", search)


def merge(call: Session) -> None:
    """Two records become one, and one more is deleted."""
    made = [
        call.data("POST", "/v2/objects/companies/records", {"values": {"domains": [f"{name}.example.net"]}})
        for name in ("one", "two", "three")
    ]
    first, second, third = (record["id"]["record_id"] for record in made)
    both = {"primary_record_id": first, "secondary_record_id": second}
    call("POST", "/v2/objects/companies/records/merge", {"data": both})
    call("DELETE", f"/v2/objects/companies/records/{third}")
    call("DELETE", f"/v2/objects/companies/records/{third}")


def person_id(call: Session) -> str:
    """Somebody to write about."""
    return str(call("POST", "/v2/objects/people/records/query", {"limit": 1})["data"][0]["id"]["record_id"])


def lists(call: Session) -> None:
    """A list and its attributes."""
    new = {
        "name": "Leads",
        "api_slug": "leads",
        "parent_object": "people",
        "workspace_access": "full-access",
        "workspace_member_access": [],
    }
    call("POST", "/v2/lists", {"data": new})
    for path in ("/v2/lists", "/v2/lists/leads", "/v2/lists/leads/views", "/v2/lists/leads/attributes"):
        call("GET", path)
    call("PATCH", "/v2/lists/leads", {"data": {"name": "Hot leads"}})
    make_attribute(call, "lists/leads", "number")
    make_attribute(call, "lists/leads", "status")
    call("POST", "/v2/lists/leads/attributes/my-status/statuses", {"data": {"title": "New"}})


def entries(call: Session) -> None:
    """Entries of that list: written all ways, read, queried, deleted."""
    parent = {"parent_record_id": person_id(call), "parent_object": "people"}
    values = {"my-number": 1, "my-status": "New"}
    entry = call.data("POST", "/v2/lists/leads/entries", {**parent, "entry_values": values})
    call("PUT", "/v2/lists/leads/entries", {"data": {**parent, "entry_values": {"my-number": 2}}})
    path = f"/v2/lists/leads/entries/{entry['id']['entry_id']}"
    call("GET", path)
    call("PATCH", path, {"data": {"entry_values": {"my-number": 3}}})
    call("PUT", path, {"data": {"entry_values": {"my-number": 4}}})
    call("GET", f"{path}/attributes/my-number/values", show_historic="true")
    history = [{"value": 1, "active_from": "2020-01-01T00:00:00Z", "active_until": None}]
    call("PUT", f"{path}/attributes/my-number/values", {"data": {"values": history, "replace_history": True}})
    call("POST", "/v2/lists/leads/entries/query", {"filter": {"my-number": {"$gt": 0}}, "limit": 5})
    call("GET", f"/v2/objects/people/records/{parent['parent_record_id']}/entries")
    second = call.data("POST", "/v2/lists/leads/entries", {**parent, "entry_values": {}})
    call("PUT", "/v2/lists/leads/entries", {"data": {**parent, "entry_values": {}}})
    call("DELETE", f"/v2/lists/leads/entries/{second['id']['entry_id']}")
