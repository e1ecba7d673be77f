"""Reads the cells of one column, from the text that a person wrote to a value of the attribute; pure.

Only texts are read. A value that a warehouse has typed passes unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from attio_api import refusals
from attio_api.attributes import NUMBERS
from attio_api.moments import as_day, as_moment
from attio_api.values import is_empty, opened
from destination_attio.model.targets import UNREADABLE
from destination_attio.rows import rejections
from destination_attio.rows.cells.countries import country_code
from destination_attio.rows.cells.dates import forms_of, has_open_century, read_moment
from destination_attio.rows.cells.names import read_name
from destination_attio.rows.cells.numbers import MARKS, TypedMoney, Written, marks_of, read_number
from destination_attio.rows.cells.several import contacts, split, with_plain_extensions
from destination_attio.rows.cells.words import words_for_nothing, yes_or_no
from destination_attio.rows.sites import page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_api.attributes import Attribute
    from attio_api.errors import InvalidValue
    from attio_api.wire import Json
    from destination_attio.read_config import Blank, DateForm, Mark

USUAL: Final = "usual"
"""In `nulls`, stands for all words for nothing that are in common use."""
_CONTACTS: Final = frozenset({"domain", "email-address", "phone-number"})
_INVISIBLE: Final = "\u200b\u200e\u200f\u2060\ufeff\u00ad"
"""Signs without a look that come with copied text; none belongs to a domain, an address or a number."""
_BLANK: Final = f"{_INVISIBLE} \t\r\n\u00a0"
_UNSEEN: Final = str.maketrans("", "", _INVISIBLE)
_LABEL: Final = re.compile(r"(.*\S)\s+\([^()\d@.]*\)")
"""Matches a remark in brackets behind an address or number, as in `+49 421 3333333 (mobile)`."""
_ADDRESS_BEHIND: Final = re.compile(r"(?<=\S) +\(https?://[^\s()]+\)")
"""Matches the address of a linked row, as in `Northmill (https://www.notion.so/…)`."""
_WRITTEN_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ].*[+-]\d{2}:?\d{2}")
_HUNDRED: Final = Decimal(100)
_HALF_TURN: Final = 180


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The reading settings of one column; without settings, cells are read as programs write them."""

    date: DateForm | None = None
    decimal: Mark | None = None
    percent: Literal["number", "fraction"] | None = None
    more_decimals: Literal["round", "reject"] = "round"
    separator: str | None = None
    nulls: tuple[str, ...] | None = None
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    blank: Blank = "null"
    country: str | None = None
    """The country of phone numbers written without one, as a two-letter code."""
    _nothing: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def is_nothing(self, value: object, kind: str) -> bool:
        """Whether a cell has no value: it is blank, or holds one of the words for nothing."""
        if not isinstance(value, str):
            return is_empty(value)
        text = value.strip()
        if not text or self.nulls is None:
            return not text
        return text in self._words(kind) or not text.strip(_BLANK)

    def leaves(self, value: object, kind: str) -> bool:
        """Whether a cell leaves Attio's value as it is."""
        return self.blank == "leave" and self.is_nothing(value, kind)

    def read(self, attribute: Attribute, value: object) -> object:
        """The attribute's value in a cell that holds all of it; raises InvalidValue."""
        if isinstance(value, TypedMoney):
            return _typed(attribute, value)
        if not isinstance(value, str):
            need_content(attribute, value)
            return value
        if self.is_nothing(value, attribute.type):
            return None
        text = with_plain_extensions(value) if attribute.type == "phone-number" else value
        parts = self._parts(attribute, text)
        if parts is None:
            return self._one(attribute, text)
        return [self._one(attribute, one) for one in parts if not self.is_nothing(one, attribute.type)]

    def read_part(self, attribute: Attribute, member: str, value: object) -> object:
        """One part of the attribute's value, from the cell that holds it; raises InvalidValue."""
        if self.is_nothing(value, attribute.type):
            return None
        if isinstance(value, TypedMoney):
            return _typed(attribute, value)
        if isinstance(value, str) and member in _PARTS:
            return _PARTS[member](self, attribute, value)
        return value

    def _words(self, kind: str) -> frozenset[str]:
        if kind not in self._nothing:
            told = frozenset(self.nulls or ())
            usual = words_for_nothing(kind) if USUAL in told else frozenset[str]()
            self._nothing[kind] = usual | (told - {USUAL})
        return self._nothing[kind]

    def _parts(self, attribute: Attribute, text: str) -> list[str] | None:
        """The texts of several values in one cell; None where the text is not split here."""
        if not attribute.is_multiselect or not isinstance(opened(text), str):
            return None
        if self.separator is not None:
            return [one.strip() for one in split(text, self.separator)]
        return list(contacts(attribute, text)) if attribute.type in _CONTACTS else None

    def _one(self, attribute: Attribute, text: str) -> object:
        read = _TYPES.get(attribute.type)
        if attribute.type in _CONTACTS and isinstance(opened(text), str):
            text = _bare(text)
        return read(self, attribute, text) if read else text


AS_IT_IS: Final = Reading()


def need_content(attribute: Attribute, value: object) -> None:
    """Raise InvalidValue for a cell whose content the reader of its file could not tell."""
    if isinstance(value, dict) and UNREADABLE in value:
        raise rejections.UNREADABLE_CELL(attribute.slug, reason=value[UNREADABLE])


def content(value: Json) -> Json:
    """A cell's content for people; None where the reader of its file could not tell it."""
    return None if isinstance(value, dict) and UNREADABLE in value else value


def _bare(text: str) -> str:
    """A domain, an address or a number without invisible signs, and without a remark behind it."""
    seen = text.translate(_UNSEEN).strip()
    found = _LABEL.fullmatch(seen)
    return found[1] if found else seen


def _date(how: Reading, attribute: Attribute, text: str) -> object:
    """The day; of a time with an offset, the day that is written, not the one in UTC."""
    if how.date == "iso" and as_moment(text) is not None and (day := _WRITTEN_DAY.fullmatch(text.strip())):
        return day[1]
    at = read_moment(text, how.date)
    if at is not None:
        return at.date()
    if how.date in {None, "iso"} and as_day(text) is not None:
        return text
    raise _not_in_form(attribute, "date", how.date, text)


def _timestamp(how: Reading, attribute: Attribute, text: str) -> object:
    at = read_moment(text, how.date)
    if how.date in {None, "iso"} and as_moment(text) is not None:
        return text
    if at is not None:
        return at
    raise _not_in_form(attribute, "point in time", how.date, text)


def _not_in_form(attribute: Attribute, what: str, form: DateForm | None, text: str) -> InvalidValue:
    if has_open_century(text.strip()):
        return rejections.CELL_NO_CENTURY(attribute.slug)
    if not forms_of(text):
        return rejections.CELL_NEVER_A_DATE(attribute.slug, what=what)
    return rejections.CELL_NO_DATE(attribute.slug, what=what, form=_FORMS[form or "iso"])


_FORMS: Final[Mapping[DateForm, str]] = {
    "iso": "year-month-day",
    "dmy": "day/month/year",
    "mdy": "month/day/year",
    "excel": "as the days that a spreadsheet counts",
}


def _number(how: Reading, attribute: Attribute, text: str) -> object:
    """The number that the text means; a text in another form passes unchanged to the type's own check."""
    if how.decimal is None:
        return text
    return _amount(how, attribute, _written(how, attribute, text))


def _currency(how: Reading, attribute: Attribute, text: str) -> object:
    if how.decimal is None or text.lstrip().startswith("{"):
        return text
    written = _written(how, attribute, text)
    _need_currency(attribute, written)
    return _amount(how, attribute, written)


def _need_currency(attribute: Attribute, written: Written) -> None:
    own = attribute.currency_code
    if written.currencies and own and own not in written.currencies:
        raise refusals.OTHER_CURRENCY(attribute.slug, currency=own)


def _typed(attribute: Attribute, money: TypedMoney) -> object:
    """The number that a spreadsheet has typed; its currency counts where the attribute has one."""
    written = read_number(money, ".")
    if written is None:
        return money
    if attribute.type == "currency":
        _need_currency(attribute, written)
    number = written.number
    return int(number) if number == number.to_integral_value() else float(number)


def _written(how: Reading, attribute: Attribute, text: str) -> Written:
    written = read_number(text, how.decimal)
    if written is not None:
        return written
    if marks_of(text):
        raise rejections.CELL_NO_NUMBER(attribute.slug, mark=how.decimal)
    raise (refusals.NO_RATING if attribute.type == "rating" else rejections.CELL_NEVER_A_NUMBER)(
        attribute.slug
    )


def _amount(how: Reading, attribute: Attribute, written: Written) -> Decimal:
    if not written.is_percent:
        return written.number
    if how.percent is None:
        raise rejections.CELL_PER_CENT(attribute.slug)
    return written.number / _HUNDRED if how.percent == "fraction" else written.number


def _checkbox(how: Reading, _: Attribute, text: str) -> object:
    said = yes_or_no(text, how.yes, how.no)
    return text if said is None else said


def _location(how: Reading, attribute: Attribute, text: str) -> object:
    return text if text.lstrip().startswith("{") else _country(how, attribute, text)


def _country(_: Reading, attribute: Attribute, text: str) -> object:
    code = country_code(text)
    if code is None:
        raise rejections.CELL_NO_COUNTRY(attribute.slug)
    return code


def _coordinate(how: Reading, _: Attribute, text: str) -> object:
    """The degrees; where nothing says which mark is the decimal one, the only number that degrees can be."""
    marks = (how.decimal,) if how.decimal else MARKS
    found = {one.number for mark in marks if (one := read_number(text, mark))}
    degrees = [one for one in found if abs(one) <= _HALF_TURN]
    return degrees[0] if len(degrees) == 1 else text


def _name(_: Reading, __: Attribute, text: str) -> object:
    return text if text.lstrip().startswith("{") else read_name(text)


def _reference(_: Reading, __: Attribute, text: str) -> object:
    """The names of records without their addresses, which some programs write behind each."""
    return _ADDRESS_BEHIND.sub("", text)


def _domain(_: Reading, attribute: Attribute, text: str) -> object:
    """The text, unless its host has a page for each of many firms, so that these would share one domain."""
    if site := page_of(text):
        raise rejections.CELL_PAGE_OF_A_SITE(attribute.slug, site=site)
    return text


_TYPES: Final[Mapping[str, Callable[[Reading, Attribute, str], object]]] = {
    **dict.fromkeys(NUMBERS, _number),
    "date": _date,
    "timestamp": _timestamp,
    "currency": _currency,
    "checkbox": _checkbox,
    "domain": _domain,
    "location": _location,
    "personal-name": _name,
    "record-reference": _reference,
}
_PARTS: Final[Mapping[str, Callable[[Reading, Attribute, str], object]]] = {
    "country_code": _country,
    "latitude": _coordinate,
    "longitude": _coordinate,
    "amount": _currency,
}
