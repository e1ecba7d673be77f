"""A stream and its target: which column goes to which attribute, and which settings do not fit."""

from typing import Any

import pytest

from attio_api.errors import Misconfigured
from destination_attio.rows.desired import desire
from unit_tests.destination_attio.bindings import binding


def test_columns_go_to_attributes_of_their_name() -> None:
    """Without a mapping, columns go by slugs and titles; other columns are left out."""
    wanted = desire(
        binding(), {"Name": "A", "HeadOffice": "GB", "domains": "a.example.com", "other": 1, "rank": 3}, 1
    )

    assert {"name", "place", "domains"} == set(wanted.values)
    assert {"domains": ["a.example.com"]} == wanted.key


def test_constants_and_explicit_columns() -> None:
    """With a mapping only what it names is written."""
    fields = [
        {"column": "web", "attribute": "domains"},
        {"constant": "fixed", "attribute": "name"},
        {"column": "missing", "attribute": "tags"},
    ]
    wanted = desire(binding(fields=fields), {"web": "a.example.com, b.example.com", "name": "ignored"}, 1)

    assert {"domains": ["a.example.com", "b.example.com"], "name": "fixed"} == wanted.values


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"match": "nothing"}, "no attribute 'nothing' to match by"),
        ({"match": "place"}, "cannot search the type location"),
        ({"fields": [{"column": "x", "attribute": "rank"}]}, "cannot be written"),
        ({"fields": [{"column": "x", "attribute": "old"}]}, "no attribute 'old'"),
        ({"fields": [{"column": "x", "attribute": "name"}]}, "Nothing says which record"),
    ],
)
def test_settings_that_do_not_fit_the_workspace(settings: dict[str, Any], sentence: str) -> None:
    """Wrong settings are found before any row is read."""
    with pytest.raises(Misconfigured, match=sentence):
        binding(**settings)
