"""How the cells of a column are read, type by type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.attributes import Attribute
from attio_api.errors import InvalidValue
from attio_api.moments import as_moment
from destination_attio.model.targets import UNREADABLE
from destination_attio.rows.cells.dates import DateForm, TypedMoment
from destination_attio.rows.cells.numbers import TypedMoney
from destination_attio.rows.cells.reading import AS_IT_IS, Reading, content

if TYPE_CHECKING:
    from destination_attio.read_config import Mark


def attribute(kind: str, **more: Any) -> Attribute:
    return Attribute(attribute_id="a", slug="a", title="A", type=kind, **more)


EUROPEAN = Reading(date="dmy", decimal=",", percent="number", separator="|", nulls=("usual", "k. A."))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "31.12.2026", date(2026, 12, 31)),
        ("date", "2026", date(2026, 1, 1)),
        ("number", "1.200,50", Decimal("1200.50")),
        ("number", "0,5 %", Decimal("0.5")),
        ("number", "k. A.", None),
        ("number", "none", None),
        ("checkbox", "ja", True),
        ("checkbox", "nein", False),
        ("location", "Deutschland", "DE"),
        ("text", "1.200,50", "1.200,50"),
        ("text", "none", "none"),
        ("text", "N/A", None),
        ("text", "#REF!", None),
        ("number", "#DIV/0!", None),
        ("text", "\u200b\u00a0", None),
        ("phone-number", "+49 421 3333333 (mobile)", "+49 421 3333333"),
        ("phone-number", "(415) 555-2671", "(415) 555-2671"),
        ("phone-number", "(415) 555-2671; ext=5", "(415) 555-2671 ext. 5"),
        ("email-address", "\u200bmara@example.com (work)", "mara@example.com"),
        ("domain", "example.com (main)", "example.com"),
        ("record-reference", "North (https://n.example/a?b=1), Mill (UK)", "North, Mill (UK)"),
        ("text", "North (https://n.example/a)", "North (https://n.example/a)"),
    ],
)
def test_a_cell_is_read_as_its_type_asks(kind: str, text: str, value: object) -> None:
    """One setting for the whole file; a word for nothing that may be a text stays one."""
    assert value == EUROPEAN.read(attribute(kind), text)


@pytest.mark.parametrize("kind", ["text", "number", "phone-number", "select", "record-reference"])
def test_a_cell_that_the_reader_of_a_file_could_not_read_is_refused(kind: str) -> None:
    """Whatever the type: a formula without a result is neither blank nor a value."""
    lost: dict[str, Any] = {UNREADABLE: "it is odd"}

    with pytest.raises(InvalidValue, match="cannot be read: it is odd"):
        AS_IT_IS.read(attribute(kind), lost)
    assert (None, 7) == (content(lost), content(7))


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("53,0793", Decimal("53.0793")),
        ("53.0793", Decimal("53.0793")),
        ("-8,801", Decimal("-8.801")),
        ("122", Decimal(122)),
        ("53,0793,1", "53,0793,1"),
        ("1,801,200", "1,801,200"),
    ],
)
def test_degrees_say_themselves_which_mark_is_the_decimal_one(text: str, degrees: object) -> None:
    """No other number fits on the globe; a set mark counts more."""
    place = attribute("location")

    assert degrees == AS_IT_IS.read_part(place, "latitude", text)
    assert "53,0793" == Reading(decimal=".").read_part(place, "longitude", "53,0793")


def test_a_day_with_an_offset_is_the_day_that_is_written() -> None:
    """Late in the evening it is another day in UTC; a column of a warehouse keeps Attio's own reading."""
    late = "2026-12-31T23:30:00-05:00"

    assert "2026-12-31" == Reading(date="iso").read(attribute("date"), late)
    assert late == AS_IT_IS.read(attribute("date"), late)


@pytest.mark.parametrize("form", ["dmy", "mdy", "excel", "iso", None])
def test_a_day_that_a_spreadsheet_has_typed_has_no_form(form: DateForm | None) -> None:
    """Beside it people write texts in theirs."""
    how = Reading(date=form)

    assert date(2026, 2, 1) == how.read(attribute("date"), TypedMoment("2026-02-01"))
    moment = "2026-02-01T09:30:00"
    assert as_moment(moment) == as_moment(how.read(attribute("timestamp"), TypedMoment(moment)))
    assert "2026-02-01" == how.read(attribute("text"), TypedMoment("2026-02-01"))


@pytest.mark.parametrize(
    ("kind", "text"), [("date", "12/31/2026"), ("timestamp", "2026-12-31"), ("number", "1,200.50")]
)
def test_a_cell_in_another_form_is_refused(kind: str, text: str) -> None:
    """Forms are never mixed within a column; the reason says which one it has."""
    with pytest.raises(InvalidValue, match=r"day/month/year|decimal mark ','"):
        EUROPEAN.read(attribute(kind), text)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("number", "five", "whatever its decimal mark"),
        ("rating", "five", "whole number from 0 to 5"),
        ("date", "soon", "not a date, in whichever order"),
        ("timestamp", "31/31/2026", "not a point in time, in whichever order"),
    ],
)
def test_what_no_form_reads_is_not_told_to_have_another_form(kind: str, text: str, reason: str) -> None:
    """The setting that says how the column is written is no remedy for it."""
    with pytest.raises(InvalidValue, match=reason) as refused:
        EUROPEAN.read(attribute(kind), text)
    assert "`read:" not in (refused.value.remedy or "")


@pytest.mark.parametrize("text", ["31.12.45", "31/12/30 10:00", " 31. Dezember 69"])
@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_a_year_that_may_be_of_two_centuries_is_refused(kind: str, text: str) -> None:
    """Spreadsheets and other programs part the centuries at 30 and at 70; beyond, all agree."""
    with pytest.raises(InvalidValue, match="1945 or 2045"):
        EUROPEAN.read(attribute(kind), text)
    assert [date(2029, 12, 31), date(1970, 12, 31)] == [
        EUROPEAN.read(attribute("date"), one) for one in ("31.12.29", "31. Dez. 70")
    ]


def test_per_cent_needs_a_word() -> None:
    """12 % may be 12 or 0.12, so nothing is taken until somebody says which."""
    with pytest.raises(InvalidValue, match=r"12 % is 12 or 0\.12"):
        Reading(decimal=".").read(attribute("number"), "12 %")
    assert Decimal("0.12") == Reading(decimal=".", percent="fraction").read(attribute("number"), "12 %")


@pytest.mark.parametrize(
    "link",
    ["https://www.linkedin.com/company/northmill", "de.linkedin.com/in/mara", "//facebook.com/northmill/"],
)
def test_a_page_of_a_site_is_not_a_domain(link: str) -> None:
    """Two firms with such links would be one company; the site's own row has its domain, or its home page."""
    several = attribute("domain", is_multiselect=True)

    for one, text in (
        (attribute("domain"), link),
        (several, link),
        (several, f"northmill.example.com, {link}"),
    ):
        with pytest.raises(InvalidValue, match=r"leads to one of many pages of .*(linkedin|facebook)\.com"):
            AS_IT_IS.read(one, text)
    for own in ("linkedin.com", "https://www.linkedin.com/", "https://northmill.example.com/company/us"):
        assert own == AS_IT_IS.read(attribute("domain"), own)


@pytest.mark.parametrize("mark", [None, ",", "."])
def test_money_that_a_spreadsheet_has_typed_has_its_own_mark_and_currency(mark: Mark | None) -> None:
    """Beside it people write texts in theirs; where no currency counts, it is a number."""
    how, money = Reading(decimal=mark), TypedMoney.of(1200.5, "$")
    kinds = (attribute("currency", currency_code="USD"), attribute("number"), attribute("text"))

    assert [1200.5] * 3 == [how.read(one, money) for one in kinds]
    assert 1200 == how.read_part(kinds[0], "amount", TypedMoney.of(1200.0, "$"))
    for read in (how.read, lambda one, cell: how.read_part(one, "amount", cell)):
        with pytest.raises(InvalidValue, match="in another currency"):
            read(attribute("currency", currency_code="EUR"), money)


def test_another_currency_than_the_attributes_is_refused() -> None:
    """A sign that the attribute's currency has too is taken, any other is not."""
    dollars = attribute("currency", currency_code="CAD")

    assert Decimal(900) == Reading(decimal=".").read(dollars, "$900")
    with pytest.raises(InvalidValue, match="holds CAD"):
        Reading(decimal=".").read(dollars, "€900")


@pytest.mark.parametrize("value", [7, 1.5, True, None, ["a"], {"amount": 1}])
def test_what_a_warehouse_has_typed_goes_on_as_it_is(value: object) -> None:
    """Only texts are read."""
    assert value == EUROPEAN.read(attribute("number"), value)
