"""What the cells of a column rule out."""

from __future__ import annotations

import pytest

from unit_tests.destination_attio.inferences import (
    COMPANIES,
    PEOPLE,
    goes,
    inferred,
    reasons,
)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Website", ["https://www.linkedin.com/company/a", "https://www.linkedin.com/company/b"]),
        ("URL", ["https://crunchbase.com/organization/a"]),
        ("Website", ["https://cdn.example.com/a.png", "https://cdn.example.com/b.png"]),
        ("Website", ["none at all"]),
    ],
)
def test_a_column_of_one_host_is_no_key(column: str, cells: list[str]) -> None:
    """Three companies would become one."""
    found = inferred({column: cells, "name": "A"}, COMPANIES, "companies")

    assert {"name": "name"} == goes(found)
    assert "none of its rows" in reasons(found)[column] or "not domains" in reasons(found)[column]


def test_a_text_with_more_than_a_country_is_no_location() -> None:
    """Attio takes parts of a place, and of one text its country alone; every row would be rejected."""
    found = inferred({"Location": ["Bremen, Germany"], "Name": "A"}, PEOPLE)

    assert "its cells are not countries" in reasons(found)["Location"]
    assert "Country" in goes(inferred({"Country": ["Germany", "somewhere"]}, PEOPLE))
