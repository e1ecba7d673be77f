from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from attio_api.attributes import Attribute
from attio_sync.failures import WrongUsage
from attio_sync.mapping.draft import Draft, need_sense, prepare
from attio_sync.rows.rows import Rows

MEMORY = Path("people.csv.attio.yaml")


def attribute(slug: str, kind: str = "text", **more: Any) -> Attribute:
    return Attribute(attribute_id=slug, slug=slug, title=slug.replace("_", " ").title(), type=kind, **more)


EMAIL = attribute("email_addresses", "email-address", is_multiselect=True, is_unique=True)
NAME, BORN, PAY = attribute("name"), attribute("born", "date"), attribute("pay", "number")
ALL = (EMAIL, NAME, BORN, PAY)


def rows(*given: dict[str, Any]) -> Rows:
    """Rows of a file that people wrote."""
    return Rows(
        name="people.csv",
        columns=tuple(given[0]),
        count=len(given),
        read=lambda: iter(given),
        is_written=True,
    )


def prepared(*given: dict[str, Any], memory: Path | None = None, **settings: Any) -> Draft:
    return prepare({"target": "people", **settings}, rows(*given), ALL, memory)


def test_a_unique_attribute_is_what_rows_are_matched_by() -> None:
    """Without --match the first unique attribute that has a column says which record a row means."""
    draft = prepared({"Email": "a@example.com", "Shoe size": "42"})

    assert ["email_addresses"] == draft.settings["match"]
    assert [{"column": "Shoe size", "reason": "no attribute of this name"}] == draft.settings["left_out"]
    assert {"Email"} == draft.guesses


def test_what_the_user_says_wins() -> None:
    """--match is not overruled."""
    assert ["name"] == prepared({"Email": "a@example.com", "Name": "A"}, match=["name"]).settings["match"]


@pytest.mark.parametrize(
    ("row", "settings", "sentence"),
    [
        ({"Shoe size": "42"}, {}, r"No column of people\.csv .* Its columns: Shoe size"),
        (
            {"Name": "A"},
            {},
            r"Unique in 'people': email_addresses\. .* as --match name, .* --mode create\.",
        ),
        (
            {"Name": "A", "Shoe size": "42"},
            {"match": ["email_addresses"]},
            r"No column goes to 'email_addresses', by which .* Left out: 'Shoe size'",
        ),
        ({"Name": "A"}, {"match": ["nme"]}, r"no attribute 'nme' .* Did you mean 'name'\?"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_said(
    row: dict[str, Any], settings: dict[str, Any], sentence: str
) -> None:
    """With what there is instead."""
    with pytest.raises(WrongUsage, match=sentence):
        need_sense(prepared(row, **settings))


def test_links_to_one_site_are_no_key() -> None:
    """Also under the attribute's own name: every row would be the same company."""
    domains = attribute("domains", "domain", is_unique=True)
    links = [{"Domains": f"https://www.linkedin.com/company/{one}"} for one in "ab"]

    with pytest.raises(WrongUsage, match=r"No row can be matched by 'Domains': .* linkedin\.com"):
        need_sense(prepare({"target": "companies"}, rows(*links), [domains]))


def test_cells_say_how_they_are_written() -> None:
    """All of them, also those behind the first hundreds; empty ones and words for nothing say nothing."""
    many = [{"Email": "a@example.com", "Born": "01/02/2000", "Pay": "1.200"}] * 300
    draft = prepared(
        *many, {"Email": "", "Born": "31/12/2000", "Pay": "N/A"}, {"Born": "-", "Pay": "1.200,50"}
    )
    read = {one.attribute: one.read for one in draft.fields}

    assert ("dmy", ",") == (read["born"] and read["born"].date, read["pay"] and read["pay"].decimal)
    assert {} == draft.questions
    assert not any("read" in one for one in draft.to_remember()["fields"])
    assert {"blank": "leave", "nulls": ["usual"]} == draft.settings["read"]


def test_what_cells_leave_open_is_a_question_until_it_is_said() -> None:
    """For the column, or for the whole file."""
    row = {"Email": "a@example.com", "Born": "01/02/2000"}

    assert ["Born"] == list(prepared(row).questions)
    assert {} == prepared(row, read={"date": "dmy"}).questions


def test_an_export_of_ours_is_written_as_programs_write() -> None:
    """Its numbers and dates need no evidence."""
    row = {"name": "A", "email_addresses": '["a@example.com"]', "pay": "1.234", "_changed_at": "2026-01-01"}

    assert {} == prepared(row).questions
    assert all(one.read is None for one in prepared(row).fields)


def test_an_export_of_ours_that_a_spreadsheet_saved_is_read_as_the_spreadsheet_writes() -> None:
    """Its days and numbers are in the desk's own form, which is found out, or asked for where it is open."""
    ours = {"email_addresses": '["a@example.com"]', "_changed_at": "2026-01-01"}
    draft = prepared({**ours, "born": "31/12/2000", "pay": "1,5"}, {**ours, "born": "", "pay": "12"})
    read = {one.attribute: one.read for one in draft.fields}

    assert ("dmy", ",") == (read["born"] and read["born"].date, read["pay"] and read["pay"].decimal)
    assert ["born"] == list(prepared({**ours, "born": "01/02/2000", "pay": "1.234"}).questions)


def test_columns_that_came_since_are_a_question() -> None:
    """A remembered mapping names what it leaves out, so that nothing new is dropped in silence."""
    fields = [{"column": "Email", "attribute": "email_addresses"}]
    row = {"Email": "a@example.com", "Name": "A", "Note": "x"}
    draft = prepared(
        row, memory=MEMORY, fields=fields, left_out=[{"column": "Note", "reason": "left out by you"}]
    )

    assert "says nothing about 'Name'" in draft.unasked
    assert {"Email", "Name"} == {one.column for one in draft.fields}
    assert [{"column": "Note", "reason": "left out by you"}] == draft.settings["left_out"]


def test_a_remembered_column_that_is_gone_is_said() -> None:
    """With the file to correct."""
    with pytest.raises(
        WrongUsage, match=r"no column 'Email'.* Correct people\.csv\.attio\.yaml, or delete it"
    ):
        prepared({"Name": "A"}, memory=MEMORY, fields=[{"column": "Email", "attribute": "email_addresses"}])


def test_each_line_says_what_would_be_rejected() -> None:
    """Column by column: where it goes, how it is read, and which cells cannot be."""
    found = {
        one.column: one
        for one in prepared(
            {"Email": "a@example.com", "Born": "31/12/2000", "Shoe": "1"}, {"Email": "nobody", "Born": "soon"}
        ).lines()
    }

    assert ("email_addresses", 1, 2, ("nobody",)) == (
        found["Email"].attribute,
        found["Email"].refused,
        found["Email"].sampled,
        found["Email"].refused_samples,
    )
    assert "day/month/year" == found["Born"].reading
    assert (None, "no attribute of this name") == (found["Shoe"].attribute, found["Shoe"].reason)
    assert "Shoe" == list(found)[-1]


PHONES = attribute("phone_numbers", "phone-number", is_multiselect=True)
KNOWN = [
    {"column": "Email", "attribute": "email_addresses"},
    {"column": "Phone", "attribute": "phone_numbers"},
]


@pytest.mark.parametrize("reason", [None, "all its cells are empty"])
def test_a_further_column_is_proposed_beside_the_one_that_is_remembered(reason: str | None) -> None:
    """One that is new, and one that was left out because it was empty."""
    row = {"Email": "a@example.com", "Phone": "+1 415 555 2671", "Mobile": "+1 415 555 2672"}
    left = [{"column": "Mobile", "reason": reason}] if reason else []
    settings = {"target": "people", "fields": KNOWN, "left_out": left}
    draft = prepare(settings, rows(row), (*ALL, PHONES), MEMORY)

    assert "says nothing about 'Mobile'" in draft.unasked
    assert {"Mobile"} == draft.guesses
    assert [(), ("Mobile",)] == [one.more_columns for one in draft.fields]
    assert [] == draft.settings["left_out"]
    lines = {one.column: (one.attribute, one.refused, one.is_certain) for one in draft.lines()}
    assert ("phone_numbers", 0, False) == lines["Mobile"]
