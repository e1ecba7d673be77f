"""Order, pages and sorts of queries, and which of them are refused."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.odd import ODD, STEP


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
        ({"sorts": None}, "validation_type"),
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
