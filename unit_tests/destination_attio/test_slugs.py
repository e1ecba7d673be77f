"""Names of columns as slugs."""

import pytest

from destination_attio.rows.slugs import slugged


@pytest.mark.parametrize(
    ("column", "slug"),
    [("Job Title", "job_title"), ("jobTitle", "job_title"), (" E-Mail ", "e_mail"), ("ID", "id")],
)
def test_names_are_compared_as_slugs(column: str, slug: str) -> None:
    """Case and punctuation of a column's name mean nothing."""
    assert slug == slugged(column)
