"""The attribute types of Attio's documentation, each with what may be done with it."""

from typing import Any, NamedTuple

import pytest

from attio_emulator.values.types import TYPES
from unit_tests.attio_emulator.calling import Api


class Documented(NamedTuple):
    """What the documentation says of a type: what may be created, and a value with a filter that finds it."""

    value: Any
    found_by: Any
    multi: bool = False
    unique: bool = False
    counts: bool = False


CREATABLE: dict[str, Documented] = {
    "text": Documented("Alpha", {"$starts_with": "Al"}, unique=True),
    "number": Documented(42, {"$gte": 42}, unique=True, counts=True),
    "checkbox": Documented(value=True, found_by=True),
    "currency": Documented(99.5, {"$lt": 100}, counts=True),
    "date": Documented("2026-05-01", {"$gt": "2026-04-30"}),
    "timestamp": Documented("2026-05-01T10:00:00Z", {"$lte": "2026-05-01T10:00:00Z"}),
    "rating": Documented(4, 4, counts=True),
    "status": Documented("Open", {"status": "Open"}),
    "select": Documented("Red", "Red", multi=True),
    "record-reference": Documented(
        "example.com", {"target_object": "companies", "target_record_id": "example"}, multi=True
    ),
    "actor-reference": Documented(
        "ada@example.com",
        {"referenced_actor_type": "workspace-member", "referenced_actor_id": "ada"},
        multi=True,
    ),
    "location": Documented("1 High Street, Bristol, GB", {"locality": {"$eq": "Bristol"}}),
    "domain": Documented("app.example.com", {"root_domain": "example.com"}, multi=True, unique=True),
    "email-address": Documented("a@example.com", {"$ends_with": "example.com"}, multi=True, unique=True),
    "phone-number": Documented("+441172345678", {"country_code": "GB"}, multi=True, unique=True),
}
SYSTEM_ONLY = {
    "personal-name": ("name", {"first_name": {"$eq": "Ada"}}),
    "interaction": ("first_interaction", {"interaction_type": "email"}),
}


def test_every_documented_type_has_its_row() -> None:
    """The table has the seventeen types of the documentation and no other."""
    assert {*CREATABLE, *SYSTEM_ONLY} == set(TYPES), "a type has its row in the tables above"


def attribute(type_: str, **changes: Any) -> dict[str, Any]:
    flags = {"is_required": False, "is_unique": False, "is_multiselect": False}
    named = {"title": "Field", "api_slug": "field", "description": None, "type": type_}
    references = {"record_reference": {"allowed_objects": ["companies"]}}
    return {"data": {**named, **flags, "config": references, **changes}}


@pytest.mark.parametrize("type_", CREATABLE)
def test_a_type_is_created_written_and_found(api: Api, type_: str) -> None:
    """An attribute of each type can be made; a value written to it is what a filter finds."""
    known = CREATABLE[type_]
    company = api.record("companies", {"domains": ["example.com"]})
    api("POST", "/v2/objects/deals/attributes", attribute(type_))
    for path, title in {"select": ("options", "Red"), "status": ("statuses", "Open")}.items():
        if path == type_:
            api("POST", f"/v2/objects/deals/attributes/field/{title[0]}", {"data": {"title": title[1]}})
    made = api.record(
        "deals", {"name": "D", "stage": "Lead", "owner": "ada@example.com", "field": known.value}
    )
    asked = known.found_by
    if type_ == "actor-reference":
        asked = {**asked, "referenced_actor_id": api.member["id"]["workspace_member_id"]}
    if type_ == "record-reference":
        asked = {"target_object": "companies", "target_record_id": company}
    found = api("POST", "/v2/objects/deals/records/query", {"filter": {"field": asked}})["data"]

    assert [made] == [each["id"]["record_id"] for each in found]
    assert [type_] == [each["attribute_type"] for each in found[0]["values"]["field"]]


@pytest.mark.parametrize("type_", CREATABLE)
def test_a_type_may_be_multiple_or_unique_where_documented(api: Api, type_: str) -> None:
    """Several values, uniqueness and counting in formulas are allowed for some types only."""
    known = CREATABLE[type_]
    allowed: dict[str, bool] = {}
    for flag in ("is_multiselect", "is_unique"):
        body = attribute(type_, api_slug=flag, title=flag, **{flag: True})
        allowed[flag] = api.raw("POST", "/v2/objects/deals/attributes", body).status == 200
    api("POST", "/v2/objects/deals/attributes", attribute(type_))
    formula = {"object": "deals", "attribute": "sum", "sum_of": ["field", 1]}

    assert {"is_multiselect": known.multi, "is_unique": known.unique} == allowed
    assert known.counts is (api.raw("POST", "/_emulator/formulas", formula).status == 200)


@pytest.mark.parametrize("type_", SYSTEM_ONLY)
def test_a_type_of_the_system_is_filtered_and_never_created(api: Api, type_: str) -> None:
    """Names and interactions are attributes of standard objects: they can be asked for, and not be made."""
    slug, asked = SYSTEM_ONLY[type_]
    found = api("POST", "/v2/objects/people/records/query", {"filter": {slug: asked}})["data"]
    api.record("people", {"name": "Lovelace, Ada"})
    later = api("POST", "/v2/objects/people/records/query", {"filter": {slug: asked}})["data"]

    assert (400, "validation_type") == api.refusal(
        "POST", "/v2/objects/deals/attributes", attribute(type_, type=type_)
    )
    assert ([], [type_] if type_ == "personal-name" else []) == (
        found,
        [each["values"][slug][0]["attribute_type"] for each in later],
    )
