"""Searching records by what people would type."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api

SEARCH = "/v2/objects/records/search"
AS_ALL = {"type": "workspace"}


@pytest.fixture
def stocked(api: Api) -> Api:
    """One person and one company."""
    api.record(
        "people",
        {"name": "Lovelace, Ada", "email_addresses": ["ada@acme.com"], "phone_numbers": ["+441172345678"]},
    )
    api.record("companies", {"name": "Acme", "domains": ["acme.com"]})
    return api


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada Lovelace", "Acme"]),
        ("love ADA", ["Ada Lovelace"]),
        ("acme.com", ["Ada Lovelace", "Acme"]),
        ("1172345", ["Ada Lovelace"]),
        ("nobody", []),
    ],
)
def test_search_looks_at_names_and_addresses(stocked: Api, query: str, found: list[str]) -> None:
    """Every word must occur in a name, address, domain or number."""
    body = {"query": query, "objects": ["people", "companies"], "request_as": AS_ALL}

    assert found == [each["record_text"] for each in stocked("POST", SEARCH, body)["data"]]


@pytest.mark.parametrize("object_slug", ["people", "companies"])
@pytest.mark.parametrize("network", ["angellist", "facebook", "instagram", "linkedin", "twitter"])
def test_search_looks_at_the_handles_of_social_networks(api: Api, object_slug: str, network: str) -> None:
    """People and companies are found by each of them."""
    handle = api.record(object_slug, {network: "grace_h"})
    body = {"query": "grace_h", "objects": [object_slug], "request_as": AS_ALL}

    assert [handle] == [each["id"]["record_id"] for each in api("POST", SEARCH, body)["data"]]


def test_results_show_what_identifies_a_record(stocked: Api) -> None:
    """People carry addresses and numbers, companies domains."""
    body = {"query": "a", "objects": ["people", "companies"], "request_as": AS_ALL}
    person, company = stocked("POST", SEARCH, body)["data"]

    assert (["ada@acme.com"], ["+441172345678"]) == (person["email_addresses"], person["phone_numbers"])
    assert ("companies", ["acme.com"]) == (company["object_slug"], company["domains"])


def test_a_limit_of_null_is_the_usual_one(stocked: Api) -> None:
    """Null stands for 25."""
    body = {"query": "a", "objects": ["people"], "request_as": AS_ALL}

    assert stocked("POST", SEARCH, body) == stocked("POST", SEARCH, {**body, "limit": None})


def test_a_refusal_is_about_the_kind_of_asker_that_was_named(stocked: Api) -> None:
    """A member without id or address lacks one of the two; nothing is said of the other kinds."""
    body = {"query": "a", "objects": ["people"], "request_as": {"type": "workspace-member"}}
    answer = stocked.parsed(stocked.raw("POST", SEARCH, body))
    [issue] = answer["validation_errors"]

    assert ["request_as", "email_address"] == issue["path"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"request_as": None}, "validation_type"),
        ({"objects": []}, "validation_type"),
        ({"limit": 26}, "validation_type"),
        ({"query": "x" * 257}, "validation_type"),
        ({"objects": ["nowhere"]}, "value_not_found"),
        ({"request_as": {"type": "workspace-member", "email_address": "no@example.com"}}, "value_not_found"),
    ],
)
def test_searches_that_make_no_sense_are_refused(stocked: Api, changes: Any, code: str) -> None:
    """Unknown objects and members, no objects at all, too much of anything."""
    body = {"query": "a", "objects": ["people"], "request_as": AS_ALL, **changes}

    assert (400, code) == stocked.refusal("POST", SEARCH, body)
