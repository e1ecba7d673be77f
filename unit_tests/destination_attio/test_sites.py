"""Links to sites where many have a page."""

import pytest

from destination_attio.rows.sites import is_of, page_of, path_of


@pytest.mark.parametrize(
    ("link", "site"),
    [
        ("https://www.linkedin.com/company/northmill", "linkedin.com"),
        ("x.com/northmill", "x.com"),
        ("https://de.linkedin.com/company/northmill", "de.linkedin.com"),
        ("https://www.linkedin.com/", None),
        ("linkedin.com", None),
        ("https://northmill.example.com/about", None),
        ("https://notlinkedin.com/company/northmill", None),
    ],
)
def test_a_page_among_many_is_no_companys_own_site(link: str, site: str | None) -> None:
    """The site itself is the domain of the firm that runs it."""
    assert site == page_of(link)


def test_a_host_is_of_a_site_when_it_belongs_to_it() -> None:
    """The end of a name alone does not make it so."""
    assert is_of("maps.google.com", ["google.com"])
    assert not is_of("agoogle.com", ["google.com"])
    assert "a/b" == path_of("HTTPS://host.example.com/A/b/")
