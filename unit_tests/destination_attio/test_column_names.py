"""How well a column's name fits an attribute."""

import pytest

from destination_attio.rows.column_names import (
    NUMBER,
    SLUG,
    SPACED,
    SYNONYM,
    TITLE,
    bare,
    fit,
    joined,
    others_link,
    singular,
)
from unit_tests.destination_attio.inferences import attribute

PHONES = attribute("phone_numbers", "phone-number", is_multiselect=True)
SINCE = attribute("since", "date", "Customer since")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("since", SLUG),
        ("Since", SPACED),
        ("CustomerSince", TITLE),
        ("customer since", TITLE),
        ("until", 0),
    ],
)
def test_a_slug_fits_better_than_a_title(name: str, kind: int) -> None:
    """Case and spaces aside, and any other name does not fit."""
    assert kind == fit(name, SINCE, "companies")[0]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("phone_number", NUMBER), ("Phone", SYNONYM), ("Mobile Phone", SYNONYM), ("Phone 2 - Value", SYNONYM)],
)
def test_a_plural_and_known_names_fit(name: str, kind: int) -> None:
    """Programs name the phones of a person in several columns."""
    assert kind == fit(name, PHONES, "people")[0]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Website / Domain", SYNONYM), ("Website or URL", SYNONYM), ("Website/Fax", 0)],
)
def test_a_column_of_two_names_fits_where_both_do(name: str, kind: int) -> None:
    """A header that says one thing twice is known; with any other word in it, nobody can tell."""
    domains = attribute("domains", "domain", is_multiselect=True)
    assert kind == fit(name, domains, "companies")[0]


def test_the_plain_name_comes_before_one_with_a_number() -> None:
    """Of two columns for one attribute, the first is the one without a label."""
    assert fit("Phone", PHONES, "people")[1] < fit("Phone 2 - Value", PHONES, "people")[1]
    assert "phone" == bare("Phone 2 - Value", PHONES)


@pytest.mark.parametrize(
    ("word", "one"), [("companies", "company"), ("classes", "class"), ("tags", "tag"), ("address", "address")]
)
def test_a_word_without_its_plural(word: str, one: str) -> None:
    """As programs write English."""
    assert one == singular(word)
    assert "website" == joined("web_sites")


def test_a_firms_link_is_not_the_persons_where_the_file_names_the_persons_own() -> None:
    """`Person Linkedin Url` beside `Linkedin Url`: the second is another's."""
    link = attribute("linkedin", "text")
    names = ["Linkedin Url", "Person Linkedin Url"]

    assert "Person Linkedin Url" in str(others_link("Linkedin Url", link, "people", names))
    assert others_link("Person Linkedin Url", link, "people", names) is None
    assert others_link("Linkedin Url", link, "people", names[:1]) is None
    assert others_link("Linkedin Url", link, "companies", names) is None
