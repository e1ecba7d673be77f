"""Which column goes to which attribute: by its name, never by the look of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from destination_attio.model.targets import list_target
from destination_attio.rows import infer_mapping
from unit_tests.destination_attio.inferences import (
    COMPANIES,
    PEOPLE,
    attribute,
    goes,
    inferred,
    reasons,
)

if TYPE_CHECKING:
    from destination_attio.rows.infer_mapping import Inferred

ID = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize("column", ["since", "Since", "customer since", "Customer_Since", "CustomerSince"])
@pytest.mark.parametrize("value", ["not a date", "", "14/07/2024"])
def test_a_column_with_an_attributes_name_always_goes_there(column: str, value: str) -> None:
    """By slug or title, case and spacing aside, whatever the cells hold."""
    found = inferred({column: value, "domains": "a.example.com"}, COMPANIES, "companies")

    assert "since" == goes(found)[column]
    assert [] == found.guesses


def test_a_known_name_is_a_guess_and_the_same_name_is_none() -> None:
    """Singular and plural are one name."""
    found = inferred({"Email Address": "a@example.com", "Position": "CTO"}, PEOPLE)

    assert ["Position"] == [one.column for one in found.guesses]


def test_an_empty_column_takes_no_attribute_by_a_guess() -> None:
    """The filled one does, however late it comes."""
    found = inferred({"Mobile": "", "Phone": "", "Business Phone": "+1 415 555 2671"}, PEOPLE)

    assert {"Business Phone": "phone_numbers"} == goes(found)
    assert "all its cells are empty" == reasons(found)["Mobile"]


def test_the_look_of_cells_alone_is_no_reason() -> None:
    """Addresses under a name that says nothing stay where they are."""
    found = inferred({"Contact info": "a@example.com", "Link": "a.example.com"}, [*PEOPLE, *COMPANIES])

    assert {} == goes(found)


def test_cells_are_looked_at_only_under_a_name_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the many pairs of a column and an attribute, few ask what the cells are."""
    looked: list[tuple[str, str]] = []
    monkeypatch.setattr(infer_mapping, "objection", lambda column, of: looked.append((column.name, of.slug)))
    inferred({"Position": "CTO", "Anything": "Norway"}, PEOPLE)

    assert [("Position", "job_title")] == looked


def test_parts_go_together() -> None:
    """First and last name are one value, and so are the parts of one of several addresses."""
    row = {
        "First Name": "Mara",
        "Last Name": "Quist",
        "Mailing City": "Oslo",
        "Mailing Country": "Norway",
        "Other City": "Bergen",
    }
    found = inferred(row, PEOPLE)

    assert {
        "First Name": "name.first_name",
        "Last Name": "name.last_name",
        "Mailing City": "primary_location.locality",
        "Mailing Country": "primary_location.country_code",
    } == goes(found)
    assert ["primary_location"] == [one.attribute for one in found.guesses]
    assert "taken by 'Mailing City'" in reasons(found)["Other City"]
    assert {} == goes(inferred({"city": "Oslo"}, PEOPLE))


def test_a_company_that_is_named_is_found_by_its_name() -> None:
    """Domains point by the object's key; a name that is not found is left out, and its row stays."""
    (named,) = inferred({"Company": "Northmill Corp"}, PEOPLE).fields
    (known,) = inferred({"Company": "northmill.example.com"}, PEOPLE).fields

    assert ("name", "skip", "skip_field") == (named.reference, named.on_missing_reference, named.on_invalid)
    assert (None, None) == (known.reference, known.on_missing_reference)


@pytest.mark.parametrize(
    ("companies", "reference"),
    [
        (["Northmill", "Booking.com", "Tallowbrook"], "name"),
        (["a.example.com", "b.example.com", "Mill"], None),
    ],
)
def test_a_few_domains_among_names_cost_no_row(companies: list[str], reference: str | None) -> None:
    """Nor a few names among domains: most decide, and what is not found is left out and listed."""
    (found,) = inferred({"Company": companies}, PEOPLE).fields

    assert (reference, "skip", "skip_field") == (
        found.reference,
        found.on_missing_reference,
        found.on_invalid,
    )


@pytest.mark.parametrize(
    ("name", "cell", "reference"),
    [
        ("Parent record", "northmill.example.com", None),
        ("Company", "Northmill", "name"),
        ("Website", "https://northmill.example.com", None),
        ("Email", "mara@example.com", None),
        ("Record", "Northmill", "name"),
    ],
)
def test_the_record_of_an_entry_is_known_by_its_usual_names(
    name: str, cell: str, reference: str | None
) -> None:
    """Lists have no attributes that all of them share, but each entry has a record."""
    entries = [*list_target("sales", "companies", {}).attributes.values()]
    (found,) = inferred({name: cell, "Score": "7"}, entries, "").fields

    assert ("parent_record", name, reference) == (found.attribute, found.column, found.reference)
    assert (None, None) == (found.on_missing_reference, found.on_invalid)


def test_a_record_id_of_another_system_is_none_of_attios() -> None:
    """Ours is a UUID."""
    assert {"email": "email_addresses"} == goes(
        inferred({"record_id": "51", "email": "a@example.com"}, PEOPLE)
    )
    assert "record_id" in goes(inferred({"record_id": ID, "email": "a@example.com"}, PEOPLE))
    assert "record_id" == goes(inferred({"Record ID": ID, "Email": "a@example.com"}, PEOPLE))["Record ID"]
    assert {} == goes(inferred({"Record ID": ["", "51"]}, PEOPLE))


def test_every_column_goes_somewhere_or_has_a_reason() -> None:
    """What Attio keeps itself and what has another column is said."""
    row = {"name": "A", "Full Name": "B", "created_at": "2026-01-01", "Shoe size": "42"}
    found = inferred(row, PEOPLE)

    assert {
        "Full Name": "'name' is taken by 'name'",
        "created_at": "kept by Attio itself",
        "Shoe size": "no attribute of this name",
    } == reasons(found)
    assert {*row} == {*goes(found), *reasons(found)}


def test_a_header_that_a_file_has_twice_is_left_out_for_the_first_one() -> None:
    """What readers add to tell headers apart does not hide which attribute they mean."""
    found = inferred({"name": "A", "name (2)": "B", "Plan (2)": "C"}, PEOPLE)

    assert {
        "name (2)": "'name' is taken by 'name'",
        "Plan (2)": "no attribute of this name",
    } == reasons(found)


def test_exported_rows_are_taken_back() -> None:
    """Ids are there to match by; what the source adds is no attribute, and what it renamed goes home."""
    attributes = [attribute("record_id", is_writable=False), attribute("name"), attribute("web_url")]
    row = {"record_id": ID, "name": "A", "web_url": "x", "web_url_attribute": "y", "_changed_at": "z"}
    found = inferred(row, attributes, "companies")

    assert {"record_id": "record_id", "name": "name", "web_url_attribute": "web_url"} == goes(found)
    assert {"web_url", "_changed_at"} == {*reasons(found)}


def further(found: Inferred) -> dict[str, tuple[str, ...]]:
    return {str(one.column): one.more_columns for one in found.fields if one.more_columns}


@pytest.mark.parametrize(
    ("columns", "first", "more"),
    [
        (["Phone", "Mobile"], "Phone", ("Mobile",)),
        (["Mobile Phone", "Business Phone", "Business Fax"], "Mobile Phone", ("Business Phone",)),
        (["Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Value"], "Phone 1 - Value", ("Phone 2 - Value",)),
        (
            ["Person - Phone - Work", "Person - Phone - Mobile"],
            "Person - Phone - Mobile",
            ("Person - Phone - Work",),
        ),
        (["phone_numbers", "Telefon geschäftlich"], "phone_numbers", ("Telefon geschäftlich",)),
        (["Phone", "Phone (2)", "Company Phone"], "Phone", ("Phone (2)",)),
    ],
)
def test_columns_with_several_numbers_are_proposed_together(
    columns: list[str], first: str, more: tuple[str, ...]
) -> None:
    """The plain name's value comes first; each further column has to be agreed to, and others stay out."""
    found = inferred(dict.fromkeys(columns, "+1 415 555 2671"), PEOPLE)
    (field,) = found.fields

    assert (first, "phone_numbers") == (field.column, field.attribute)
    assert {*more} <= {*field.more_columns} <= {*found.guessed}
    assert {*columns} == {field.column, *field.more_columns, *reasons(found)}
    assert (first in found.guessed) == (first != "phone_numbers")


def test_second_addresses_and_domains_join_the_first() -> None:
    """Domains only from columns of one name: a link to another site would make two companies one."""
    row = {"Email": "a@example.com", "E-mail 2 Address": "b@example.com", "Email Type": "work", "Name": "A"}
    firm = {"Domain": "a.example.com", "Domain 2": "b.example.com", "Website": "c.example.com", "Name": "A"}

    assert {"Email": ("E-mail 2 Address",)} == further(inferred(row, PEOPLE))
    assert {"Domain": ("Domain 2",)} == further(inferred(firm, COMPANIES, "companies"))


def test_what_holds_one_value_has_one_column() -> None:
    """A second job title is left out by name."""
    found = inferred({"job_title": "CTO", "Position": "Chief"}, PEOPLE)

    assert {} == further(found)
    assert {"Position": "'job_title' is taken by 'job_title'"} == reasons(found)


def test_an_empty_column_of_an_attributes_name_gives_way_to_a_filled_one() -> None:
    """As where a header is there twice; alone it keeps the attribute."""
    assert {"name (2)": "name"} == goes(inferred({"name": "", "name (2)": "A"}, PEOPLE))
    assert {"job_title": "job_title"} == goes(inferred({"job_title": "", "Title": "Dr."}, PEOPLE))


def test_the_address_of_a_persons_company_is_not_the_persons() -> None:
    """An office's is, and comes before the one at home."""
    row = {
        "Home City": "Achim",
        "Home Country": "Germany",
        "Business City": "Bremen",
        "Business Country": "DE",
    }
    firm = {"Company City": "Bremen", "Company Country": "Germany"}

    assert {"Business City", "Business Country"} == {*goes(inferred(row, PEOPLE))}
    assert {} == goes(inferred(firm, PEOPLE))
