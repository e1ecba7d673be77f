"""What filters find, type by type, and which filters are refused."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_coercion import NOWHERE, define

STEP = [["odd", "record-reference"]]
PEOPLE = "/v2/objects/people/records/query"
ODD = "/v2/objects/odd/records/query"


def names(api: Api, filter_: Any, **more: Any) -> list[str]:
    """The names of the odd records that a filter finds, in alphabetical order."""
    found = api("POST", ODD, {"filter": filter_, **more})["data"]
    return sorted(each["values"]["name"][0]["value"] for each in found)


@pytest.fixture
def odd(api: Api) -> Api:
    """Three records, a, b and c, of an object with an attribute of every type."""
    api("POST", "/v2/objects", {"data": {"api_slug": "odd", "singular_noun": "Odd", "plural_noun": "Odds"}})
    for type_ in (
        "text",
        "number",
        "rating",
        "currency",
        "checkbox",
        "date",
        "timestamp",
        "location",
        "status",
    ):
        define(api, {"text": "name"}.get(type_, type_), type_, "objects/odd")
    define(api, "select", "select", "objects/odd", is_multiselect=True)
    define(api, "code", "text", "objects/odd", is_unique=True)
    for slug in ("domain", "email-address", "phone-number", "record-reference"):
        define(api, slug, slug, "objects/odd", is_multiselect=True)
    define(api, "actor", "actor-reference", "objects/odd")
    for title in ("Red", "Blue"):
        api("POST", "/v2/objects/odd/attributes/select/options", {"data": {"title": title}})
        api("POST", "/v2/objects/odd/attributes/status/statuses", {"data": {"title": title}})
    person = api.record("people", {"email_addresses": ["p@deep.org"]})
    full: dict[str, Any] = {
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
        "record-reference": [{"target_object": "people", "target_record_id": person}],
        "actor": "ada@example.com",
    }
    api.record("odd", full)
    api.record("odd", {"name": "b Half", "code": "B1", "number": 7, "select": ["Blue"], "status": "Blue"})
    api.record("odd", {"name": "c Empty"})
    return api


FOUND: list[tuple[Any, str]] = [
    ({}, "abc"),
    ({"name": "a Full"}, "a"),
    ({"name": {"$eq": "A full"}}, ""),
    ({"name": {"$in": ["a Full", "c Empty", "d"]}}, "ac"),
    ({"name": {"$contains": "fU"}}, "a"),
    ({"name": {"$starts_with": "B "}}, "b"),
    ({"name": {"value": {"$ends_with": "PTY"}}}, "c"),
    ({"code": "A1"}, "a"),
    ({"code": {"$in": ["A1", "B1"]}}, "ab"),
    ({"number": {"$gte": 5, "$lt": 7}}, "a"),
    ({"number": {"$gt": 5}}, "b"),
    ({"number": 7}, "b"),
    ({"rating": {"$lte": 3}}, "a"),
    ({"currency": {"currency_value": {"$gt": 10}}}, "a"),
    ({"checkbox": True}, "a"),
    ({"checkbox": {"$eq": False}}, ""),
    ({"date": {"$gte": "2025"}}, "a"),
    ({"timestamp": {"$lte": "2025-05-05T14:00:00+02:00"}}, "a"),
    ({"timestamp": {"$lt": "2025-05-05T12:00:00Z"}}, ""),
    ({"status": "Blue"}, "b"),
    ({"status": {"active_from": {"$gte": "2020-01-01T00:00:00Z"}}}, "ab"),
    ({"$or": [{"status": "Blue"}, {"status": {"$eq": "Red"}}]}, "ab"),
    ({"select": "Blue"}, "ab"),
    ({"select": {"$eq": "Red"}}, "a"),
    ({"location": {"locality": {"$contains": "bris"}}}, "a"),
    ({"location": {"country_code": "GB"}}, "a"),
    ({"domain": "OTHER.org"}, "a"),
    ({"domain": {"root_domain": "example.com"}}, "a"),
    ({"domain": {"$not_empty": True}}, "a"),
    ({"email-address": "ADA@app.example.com"}, "a"),
    ({"email-address": {"email_domain": "app.example.com"}}, "a"),
    ({"email-address": {"$ends_with": "example.com"}}, "a"),
    ({"phone-number": "+441172345678"}, "a"),
    ({"phone-number": "441172345678"}, "a"),
    ({"phone-number": "0117 234 5678"}, ""),
    ({"phone-number": {"country_code": "GB"}}, "a"),
    ({"phone-number": {"country_code": {"$not_empty": True}}}, "a"),
    ({"$not": {"name": "a Full"}}, "bc"),
    ({"$and": [{"$not": {"status": "Red"}}, {"$not": {"status": "Blue"}}]}, "c"),
    ({"$or": []}, ""),
    ({"$and": []}, "abc"),
    ({"$or": [{"code": "A1"}, {"code": "B1"}, {"name": "c Empty"}]}, "abc"),
    (
        {
            "path": [["odd", "record-reference"], ["people", "email_addresses"]],
            "constraints": {"email_domain": "deep.org"},
        },
        "a",
    ),
    ({"created_at": {"$gte": "2026-01-01T09:00:00Z"}}, "abc"),
    ({"created_at": {"$lt": "2026-01-01T09:00:00Z"}}, ""),
    ({"created_by": {"referenced_actor_type": "system", "referenced_actor_id": "x"}}, ""),
]


@pytest.mark.parametrize(("filter_", "initials"), FOUND)
def test_filters_find_what_they_describe(odd: Api, filter_: Any, initials: str) -> None:
    """Shorthand, operators, properties, logic and paths find the records they describe, and no others."""
    assert list(initials) == [name[0] for name in names(odd, filter_)]


def test_references_and_actors_are_found_by_their_ids(odd: Api) -> None:
    """Both need their property names; ids of a set may be given with $in."""
    person = odd("POST", PEOPLE, {})["data"][0]["id"]["record_id"]
    member = odd.member["id"]["workspace_member_id"]
    both = {"referenced_actor_type": "workspace-member", "referenced_actor_id": member}

    assert ["a Full"] == names(
        odd, {"record-reference": {"target_object": "people", "target_record_id": person}}
    )
    assert ["a Full"] == names(odd, {"record-reference": {"target_record_id": {"$in": [person]}}})
    assert ["a Full"] == names(odd, {"actor": both})


def test_records_are_found_by_their_own_ids(odd: Api) -> None:
    """record_id takes $eq and $in; ids that do not exist are no error."""
    ids = {
        each["values"]["name"][0]["value"][0]: each["id"]["record_id"]
        for each in odd("POST", ODD, {})["data"]
    }
    nowhere = "00000000-0000-4000-8000-000000000000"

    assert ["a Full", "c Empty"] == names(odd, {"record_id": {"$in": [ids["a"], ids["c"].upper(), nowhere]}})
    assert ["b Half"] == names(odd, {"record_id": ids["b"]})
    assert [] == names(odd, {"record_id": ids["b"], "name": "a Full"})


REFUSED: list[tuple[Any, str, list[str] | None]] = [
    ({"nope": 1}, "unknown_filter_attribute_slug", ["nope"]),
    ({"$and": [{"nope": 1}]}, "unknown_filter_attribute_slug", ["$and", "0", "nope"]),
    ({"$not": {"$or": [{"name": "a"}]}}, "unknown_filter_attribute_slug", ["$not", "$or"]),
    ({"status": {"$in": ["Red"]}}, "invalid_filter_operator", None),
    ({"name": {"$ne": "x"}}, "invalid_filter_operator", None),
    ({"number": {"$contains": "5"}}, "invalid_filter_operator", None),
    ({"phone-number": {"original_phone_number": "+44"}}, "invalid_filter_field", None),
    ({"location": {"latitude": "1"}}, "invalid_filter_field", None),
    ({"record-reference": "x"}, "missing_sort_field", None),
    ({"actor": {"referenced_actor_id": "x"}}, "filter_error", None),
    ({"number": "5"}, "filter_error", None),
    ({"timestamp": 5}, "filter_error", None),
    ({"timestamp": {"$gte": "2025-05-05"}}, "filter_error", None),
    ({"name": {}}, "filter_error", None),
    ({"location": {"locality": {}}}, "filter_error", None),
    ({"domain": {"$not_empty": False}}, "filter_error", None),
    ({"$or": {"name": "x"}}, "filter_error", None),
    ([], "filter_error", None),
    ("x", "filter_error", None),
    ({"status": "Nowhere"}, "value_not_found", None),
    ({"path": [["people", "name"]], "constraints": {}}, "filter_error", None),
    ({"path": [["odd", "name"], ["people", "name"]], "constraints": "x"}, "filter_error", None),
    ({"path": [["odd", "nope"]], "constraints": "x"}, "unknown_filter_attribute_slug", None),
    ({"path": [["odd", "name"]], "constraints": "x", "name": "x"}, "filter_error", None),
    ({"path": [], "constraints": "x"}, "filter_error", None),
    ({"path": [["odd"]], "constraints": "x"}, "filter_error", None),
]


@pytest.mark.parametrize(("filter_", "code", "path"), REFUSED)
def test_filters_that_make_no_sense_are_refused(
    odd: Api, filter_: Any, code: str, path: list[str] | None
) -> None:
    """Each with its code, and with the keys that lead to the part that is wrong."""
    answer = odd.raw("POST", ODD, {"filter": filter_})
    shown = odd.parsed(answer)

    assert (400, code) == (answer.status, shown["code"])
    assert path is None or path == shown["path"]


def test_a_filter_may_not_be_nested_without_end(odd: Api) -> None:
    """Deep nesting is an error of the filter, not of the server."""
    filter_: Any = {"name": "x"}
    for _ in range(200):
        filter_ = {"$not": filter_}

    assert (400, "filter_error") == odd.refusal("POST", ODD, {"filter": filter_})


@pytest.mark.parametrize(
    ("sorts", "initials"),
    [
        ([{"attribute": "name", "direction": "desc"}], "cba"),
        ([{"attribute": "number", "direction": "asc"}], "abc"),
        ([{"attribute": "number", "direction": "desc"}], "bac"),
        ([{"attribute": "status", "direction": "desc"}], "bac"),
        ([{"attribute": "created_at", "direction": "asc"}], "abc"),
        ([{"attribute": "created_at", "direction": "desc"}], "cba"),
        ([{"attribute": "select", "direction": "desc"}, {"attribute": "name", "direction": "asc"}], "bac"),
        ([{"attribute": "location", "field": "locality", "direction": "desc"}], "a"),
        ([{"path": [["odd", "record-reference"], ["people", "email_addresses"]], "direction": "asc"}], "a"),
    ],
)
def test_sorts_put_empty_values_last(odd: Api, sorts: Any, initials: str) -> None:
    """Either way round; several sorts in their order, paths and fields too."""
    found = odd("POST", ODD, {"sorts": sorts})["data"]
    order = "".join(each["values"]["name"][0]["value"][0] for each in found)

    assert initials == order[: len(initials)]
    assert 3 == len(order)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"sorts": [{"attribute": "name"}]}, "validation_type"),
        ({"sorts": [{"attribute": "name", "direction": "up"}]}, "validation_type"),
        ({"sorts": [{"attribute": "nope", "direction": "asc"}]}, "unknown_filter_attribute_slug"),
        ({"sorts": [{"attribute": "location", "direction": "asc"}]}, "missing_sort_field"),
        ({"sorts": [{"attribute": "name", "field": "nope", "direction": "asc"}]}, "missing_sort_field"),
        ({"sorts": [{"direction": "asc"}]}, "filter_error"),
        ({"sorts": [{"direction": "asc", "path": [["people", "name"]]}]}, "filter_error"),
        ({"sorts": [{"direction": "asc", "path": [["odd", "name"], ["people", "name"]]}]}, "filter_error"),
        ({"sorts": [{"direction": "asc", "path": [*STEP, ["nowhere", "name"]]}]}, "filter_error"),
        (
            {"sorts": [{"direction": "asc", "path": [*STEP, ["people", "nope"]]}]},
            "unknown_filter_attribute_slug",
        ),
        ({"limit": 1001}, "validation_type"),
        ({"limit": 0}, "validation_type"),
        ({"limit": "5"}, "validation_type"),
        ({"offset": -1}, "validation_type"),
        ({"filter": {}, "filter_view_id": "x"}, "validation_type"),
        ({"filter_view_id": "x"}, "value_not_found"),
    ],
)
def test_queries_that_make_no_sense_are_refused(odd: Api, body: Any, code: str) -> None:
    """Bad sorts, limits and offsets are 400."""
    assert (400, code) == odd.refusal("POST", ODD, body)


def test_pages_follow_each_other(odd: Api) -> None:
    """Limit and offset cut one order, by id without sorts, whatever the filter."""
    every = [each["id"]["record_id"] for each in odd("POST", ODD, {})["data"]]
    bodies: list[dict[str, Any]] = [
        {"filter": {}},
        {"filter": {"name": {"$contains": " "}}},
        {"sorts": [{"attribute": "created_at", "direction": "asc"}]},
    ]
    for body in bodies:
        whole = [each["id"]["record_id"] for each in odd("POST", ODD, body)["data"]]
        pages = [odd("POST", ODD, {**body, "limit": 2, "offset": n}) for n in (0, 2, 4)]

        assert whole == [each["id"]["record_id"] for page in pages for each in page["data"]]
    assert sorted(every) == every


@pytest.mark.parametrize("more", [{}, {"sorts": [{"attribute": "name", "direction": "asc"}]}])
@pytest.mark.parametrize("offset", [4, 2**53, 2**63 - 1, 2**64 - 1])
def test_beyond_the_last_row_there_is_nothing(odd: Api, offset: int, more: dict[str, Any]) -> None:
    """An offset may be of any size, with sorts and without."""
    assert [] == odd("POST", ODD, {"offset": offset, **more})["data"]


def test_a_sort_by_a_path_looks_at_records_of_its_object_alone(odd: Api) -> None:
    """A reference to several objects is followed to the one that the path names."""
    company = odd.record("companies", {"name": "Zeta", "domains": ["zeta.org"]})
    people = [odd.record("people", {"job_title": title}) for title in ("Miller", "Baker")]
    for name, person in zip("mb", people, strict=True):
        links = [("companies", company), ("people", person)]
        targets = [{"target_object": kind, "target_record_id": target} for kind, target in links]
        odd.record("odd", {"name": name, "record-reference": targets})
    sorts = [{"path": [*STEP, ["people", "job_title"]], "direction": "asc"}]
    found = odd("POST", ODD, {"sorts": sorts, "limit": 2})["data"]

    assert ["b", "m"] == [each["values"]["name"][0]["value"] for each in found]


def test_a_window_of_creation_is_exact_to_the_nanosecond(odd: Api) -> None:
    """$gte and $lte include the moment itself, $gt and $lt do not."""
    first = odd("POST", ODD, {"filter": {"name": "a Full"}})["data"][0]["created_at"]
    before, after = first[:-2] + "0Z", first[:-4] + "001Z"

    assert ["a Full"] == names(odd, {"created_at": {"$gte": first, "$lte": first}})
    assert [] == names(odd, {"created_at": {"$gt": first, "$lt": after}})
    assert ["a Full"] == names(odd, {"created_at": {"$gte": before, "$lt": after}})
