"""What Attio is asked for by the keys of rows."""

from typing import Any

from destination_attio.model.targets import PARENT, list_target
from destination_attio.rows.keys import tokens_of
from destination_attio.workspace.filters import any_of, values_a_key
from unit_tests.destination_attio.samples import DOMAINS, NAME, RANK


def test_filters_use_what_each_type_allows() -> None:
    """Text is asked for with `$in`, other types as alternatives, parents by a path."""
    parent = list_target("sales", "companies", {}).attributes[PARENT]
    pointer: Any = {"object": "companies", "record_id": "r"}

    assert {"name": {"$in": ["a", "b"]}} == any_of([NAME], [("a",), ("b",)])
    assert {"rank": {"$eq": 1}} == any_of([RANK], [(1,)])
    assert {"$or": [{"rank": {"$eq": 1}}, {"rank": {"$eq": 2}}]} == any_of([RANK], [(1,), (2,)])
    assert {"$or": [{"$and": [{"name": {"$eq": "a"}}, {"rank": {"$eq": 1}}]}]} == (
        any_of([NAME, RANK], [("a", 1)])
    )
    assert {
        "path": [["sales", "parent_record"], ["companies", "record_id"]],
        "constraints": {"value": {"$in": ["r"]}},
    } == any_of([parent], [(pointer,)], "sales")


def test_domains_are_asked_for_in_both_spellings() -> None:
    """A company that Attio holds under www. is the one that a row means without it."""
    both: Any = {"$or": [{"domains": {"$eq": "a.example.com"}}, {"domains": {"$eq": "www.a.example.com"}}]}

    assert both == any_of([DOMAINS], [("a.example.com",)])
    assert {"$or": [{"$and": [{"name": {"$eq": "a"}}, both]}]} == any_of(
        [NAME, DOMAINS], [("a", "a.example.com")]
    )
    assert 2 == values_a_key([DOMAINS])
    assert tokens_of([DOMAINS], {"domains": ["www.a.example.com"]}) == tokens_of(
        [DOMAINS], {"domains": ["a.example.com"]}
    )
