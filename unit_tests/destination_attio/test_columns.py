"""What the cells of a column rule out."""

from __future__ import annotations

import pytest

from unit_tests.destination_attio.inferences import (
    COMPANIES,
    PEOPLE,
    attribute,
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


def test_several_pages_of_one_company_are_its_domain() -> None:
    """A list may hold one company alone; its bare address among them says so."""
    cells = ["https://www.beta.example.com/about", "beta.example.com"]

    assert "domains" == goes(inferred({"Website": cells}, COMPANIES, "companies"))["Website"]


def test_a_text_with_more_than_a_country_is_no_location() -> None:
    """Attio takes parts of a place, and of one text its country alone; every row would be rejected."""
    found = inferred({"Location": ["Bremen, Germany"], "Name": "A"}, PEOPLE)

    assert "its cells are not countries" in reasons(found)["Location"]
    assert "Country" in goes(inferred({"Country": ["Germany", "somewhere"]}, PEOPLE))


def test_a_link_to_another_site_is_no_profile() -> None:
    """A column `URL` holds people's profiles at LinkedIn where its links lead there."""
    people = [*PEOPLE, attribute("linkedin"), attribute("twitter")]
    profile = inferred({"URL": ["https://www.linkedin.com/in/a", "https://linkedin.com/in/b"]}, people)
    page = inferred({"URL": "https://a.example.com", "Twitter": "https://linkedin.com/in/a"}, people)

    assert {"URL": "linkedin"} == goes(profile)
    assert "its links lead to a.example.com, not to linkedin.com" == reasons(page)["URL"]
    assert "twitter" == goes(page)["Twitter"]


def test_a_link_of_the_company_is_not_the_persons() -> None:
    """Apollo calls a person's link `Person Linkedin Url`, and the company's beside it `Twitter Url`."""
    people = [*PEOPLE, attribute("linkedin"), attribute("twitter")]
    row = {"Person Linkedin Url": "https://linkedin.com/in/a", "Twitter Url": "https://twitter.com/firm"}
    found = inferred(row, people)

    assert {"Person Linkedin Url": "linkedin"} == goes(found)
    assert "a person's links are called as 'Person Linkedin Url' here" == reasons(found)["Twitter Url"]
    assert {"Twitter Url": "twitter"} == goes(inferred({"Twitter Url": "https://twitter.com/a"}, people))


def test_a_title_before_a_name_is_no_job() -> None:
    """Address books call both so; a job among the cells says that they are jobs."""
    titles = {"Name": ["Ada", "Bob"], "Title": ["Ms.", "Herr"]}
    alone = inferred(titles, PEOPLE, "people")
    beside = inferred({**titles, "Job Position": ["CTO", "CFO"]}, PEOPLE, "people")

    assert "its cells are forms of address, no jobs" == reasons(alone)["Title"]
    assert "job_title" == goes(beside)["Job Position"]
    assert "job_title" == goes(inferred({**titles, "Title": ["Dr.", "CFO"]}, PEOPLE, "people"))["Title"]
