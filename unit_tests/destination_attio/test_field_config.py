"""The settings of one field: columns by part may be pairs or an object."""

from typing import Any

import pytest

from attio_api.errors import Misconfigured
from unit_tests.destination_attio.samples import parsed


def spread(columns: Any) -> dict[str, Any]:
    """A stream with one field whose parts are spread over columns."""
    return {"stream": "a", "fields": [{"attribute": "name", "columns": columns}]}


def test_columns_by_part_may_be_pairs_or_an_object() -> None:
    """The form has a list of pairs, a file of settings an object."""
    pairs = [{"part": "first_name", "column": "fname"}, {"part": "last_name", "column": "lname"}]
    members = {"first_name": "fname", "last_name": "lname"}

    assert parsed(streams=[spread(pairs)]) == parsed(streams=[spread(members)])
    with pytest.raises(Misconfigured, match="'first_name' has two columns"):
        parsed(streams=[spread([pairs[0], pairs[0]])])
