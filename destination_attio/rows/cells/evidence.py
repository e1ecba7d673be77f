"""Decides from all values of a column how it is written, or which question they leave open; pure.

A form is chosen only when no other fits the column. Where two fit, a person is asked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from attio_api.attributes import DATES, NUMBERS
from destination_attio.rows.cells.dates import TypedMoment, forms_of, means_one_day
from destination_attio.rows.cells.numbers import (
    MARKS,
    TypedMoney,
    is_fraction,
    is_plain,
    marks_of,
    says_nothing,
)
from destination_attio.rows.cells.words import words_for_nothing

if TYPE_CHECKING:
    from attio_api.attributes import Attribute
    from destination_attio.read_config import DateForm, Mark

_SEVERAL: Final = frozenset({"select", "record-reference", "actor-reference"})
_SEPARATORS: Final = (";", "|", "\n")
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question to a person about one column: the setting, its possible answers, and the reason."""

    setting: str
    answers: tuple[str, ...]
    text: str


def needs_evidence(attribute: Attribute) -> bool:
    """Whether values of this attribute are written in several forms, so that cells must be examined."""
    return attribute.type in DATES | NUMBERS or (attribute.is_multiselect and attribute.type in _SEVERAL)


@dataclass(kw_only=True)
class Evidence:
    """Counts in which forms the values of one column are written."""

    attribute: Attribute
    votes: Counter[str] = field(default_factory=Counter)
    example: str = ""
    """The first value that fits two forms."""
    may_be_fractions: bool = False
    """Whether some cells are numbers that a sheet may show as per cent, as 0.12 for 12 %."""
    _known: dict[str, str] = field(default_factory=dict)

    def see(self, value: object) -> None:
        """Count the form of one cell."""
        if isinstance(value, int | float | TypedMoney) and not isinstance(value, bool):
            self.may_be_fractions = True
        if not isinstance(value, str) or not value.strip() or value.strip() in self._nothing:
            return
        if isinstance(value, TypedMoment | TypedMoney):
            return
        if value not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[value] = self._vote(value)
            if self.attribute.type in NUMBERS and "%" not in value:
                self.may_be_fractions |= is_fraction(value)
        vote = self._known[value]
        self.votes[vote] += 1
        self.votes["%"] += "%" in value
        if vote == "either" and not self.example:
            self.example = value.strip()

    @property
    def _nothing(self) -> frozenset[str]:
        return words_for_nothing(self.attribute.type)

    def found(self) -> dict[str, Any]:
        """The settings that follow from the values."""
        if self.attribute.type in DATES:
            form = self._date()
            return {"date": form} if form else {}
        if self.attribute.type in NUMBERS:
            mark = self._mark() if self.votes.total() else None
            # A spreadsheet's 12 % is the number 0.12, so beside such cells a text '12 %' may mean either.
            percent = {"percent": "number"} if self.votes["%"] and not self.may_be_fractions else {}
            return ({"decimal": mark} if mark else {}) | percent
        separator = next((one for one in _SEPARATORS if self.votes[one]), None)
        return {"separator": separator} if separator else {}

    def question(self) -> Question | None:
        """The question that the values leave open, or None."""
        if self.attribute.type in DATES and self._is_open("dmy", "mdy"):
            return Question(setting="date", answers=("dmy", "mdy"), text=self._doubt("dmy", "mdy", _ORDERS))
        if self.attribute.type in NUMBERS and self._is_open(".", ","):
            return Question(setting="decimal", answers=MARKS, text=self._doubt(".", ",", _MARKS))
        return None

    def _is_open(self, one: str, other: str) -> bool:
        """Whether all values fit both forms, or neither form fits all of them; False beside ISO dates."""
        if self.votes["iso"]:
            return False
        if self.votes[one] and self.votes[other]:
            return True
        return bool(self.votes["either"]) and not (self.votes[one] or self.votes[other])

    def _date(self) -> DateForm | None:
        forms: tuple[DateForm, ...] = ("iso", "dmy", "mdy", "excel")
        return next((one for one in forms if self.votes[one] and not self._is_open("dmy", "mdy")), None)

    def _mark(self) -> Mark | None:
        if self._is_open(".", ","):
            return None
        return "," if self.votes[","] else "."

    def _doubt(self, one: str, other: str, words: dict[str, str]) -> str:
        if self.votes[one] and self.votes[other]:
            return (
                f"{self.votes[one]:,} of its values can only be {words[one]}, "
                f"and {self.votes[other]:,} only {words[other]}"
            )
        return f"'{self.example}' and its other values can be {words[one]} and {words[other]}"

    def _vote(self, value: str) -> str:
        """The form or separator of one value, `either` for two forms, or an empty text."""
        if self.attribute.type in DATES:
            return _vote_of_date(value)
        if self.attribute.type in NUMBERS:
            return _vote_of_number(value)
        text = value.strip()
        return "" if text.startswith("[") else next((one for one in _SEPARATORS if one in text), "")


_ORDERS: Final = {"dmy": "day/month/year", "mdy": "month/day/year"}
_MARKS: Final = {".": "numbers with a decimal point", ",": "numbers with a decimal comma"}


def _vote_of_date(value: str) -> str:
    forms = forms_of(value)
    if len(forms) == 1:
        return next(iter(forms))
    return "either" if forms == {"dmy", "mdy"} and not means_one_day(value) else ""


def _vote_of_number(value: str) -> str:
    if value.lstrip().startswith("{"):
        return ""
    if is_plain(value) and "." in value and marks_of(value) == {"."}:
        return "."
    marks = marks_of(value)
    if len(marks) == 1:
        return next(iter(marks))
    return "either" if marks and not says_nothing(value) else ""
