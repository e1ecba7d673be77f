"""Names of columns in the exports of other programs."""

from __future__ import annotations

from unit_tests.destination_attio.inferences import (
    COMPANIES,
    PEOPLE,
    goes,
    inferred,
    reasons,
)


def test_a_synonym_belongs_to_an_object() -> None:
    """A title is a person's job, and no company's name."""
    row = {"Title": "CTO", "Organization": "Northmill", "Name": "Mara Quist"}

    assert {"Title": "job_title", "Organization": "company", "Name": "name"} == goes(inferred(row, PEOPLE))
    assert (
        "no attribute of this name"
        == reasons(inferred({"Role": "CTO", "name": "A"}, COMPANIES, "companies"))["Role"]
    )
    assert {} == goes(inferred({"Title": "CTO"}, COMPANIES, "companies"))
