"""What filters find, type by type, and which filters are refused."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.odd import ODD, names

PEOPLE = "/v2/objects/people/records/query"

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
    """Both need their property names; the object goes by slug or id, and ids of a set with $in."""
    person = odd("POST", PEOPLE, {})["data"][0]["id"]["record_id"]
    member = odd.member["id"]["workspace_member_id"]
    both = {"referenced_actor_type": "workspace-member", "referenced_actor_id": member}

    assert ["a Full"] == names(
        odd, {"record-reference": {"target_object": "people", "target_record_id": person}}
    )
    people = odd.emulator.workspace.object("people").id
    assert ["a Full"] == names(
        odd, {"record-reference": {"target_object": people, "target_record_id": person}}
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
    ({"record-reference": {"target_object": "people"}}, "missing_sort_field", ["record-reference"]),
    *[({"record_id": {word: "x"}}, "invalid_filter_operator", None) for word in ("$contains", "$not_empty")],
    ({"actor": {"referenced_actor_id": "x"}}, "filter_error", None),
    ({"number": "5"}, "filter_error", None),
    ({"timestamp": 5}, "filter_error", None),
    ({"timestamp": {"$gte": "2025-05-05"}}, "filter_error", None),
    ({"name": {}}, "filter_error", None),
    ({"location": {"locality": {}}}, "filter_error", None),
    ({"domain": {"$not_empty": False}}, "filter_error", None),
    ({"$or": {"name": "x"}}, "filter_error", None),
    ([], "validation_type", None),
    ("x", "validation_type", None),
    (None, "validation_type", None),
    ({"status": "Nowhere"}, "unknown_filter_select_option_slug", ["status"]),
    ({"select": {"option": "Nowhere"}}, "unknown_filter_select_option_slug", ["select"]),
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
