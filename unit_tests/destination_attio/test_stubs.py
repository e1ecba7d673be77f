"""Stubs hold nothing but the value that rows refer by."""

from typing import Any

import pytest

from attio_api.attributes import Attribute
from destination_attio.model.targets import object_target
from destination_attio.rows.stubs import stub
from unit_tests.destination_attio.samples import DOMAINS, NAME


@pytest.mark.parametrize(
    ("by", "token", "values", "verb"),
    [
        (DOMAINS, '["a.example.com"]', {"domains": ["a.example.com"]}, "upsert"),
        (NAME, '["Alpha"]', {"name": "Alpha"}, "create"),
    ],
)
def test_a_stub_is_asserted_by_a_unique_value_and_created_by_another(
    by: Attribute, token: str, values: dict[str, Any], verb: str
) -> None:
    """It counts as no row, and a revert finds its key."""
    target = object_target("companies", {"domains": DOMAINS, "name": NAME})
    made = stub(target, ("companies", by.slug, token), "people")

    assert (values, verb) == (made.payload, made.verb)
    assert (True, False) == (made.change.is_stub, made.change.is_row)
    assert [by.slug] == list(made.change.key)
