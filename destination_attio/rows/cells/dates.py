"""Reads days and times as people write them, in the order of day and month set for a column; pure.

`31/12/2026` can be read without a setting, `01/02/2026` cannot: this module never guesses the order.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args

from attio_api.moments import as_day

DateForm = Literal["iso", "dmy", "mdy", "excel"]
"""Year first (or seconds since 1970), day first, month first, or the day number of a spreadsheet."""
FORMS: Final[tuple[DateForm, ...]] = get_args(DateForm)
_ANY: Final[frozenset[DateForm]] = frozenset(FORMS)
_NUMBERS: Final = re.compile(r"(\d{1,2})([/.\-\s])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:,?\s+(.+))?")
_YEAR_FIRST: Final = re.compile(
    r"(\d{4})(?:[/.\-]|[年년]\s?)(\d{1,2})(?:[/.\-]|[月월]\s?)(\d{1,2})[日일]?(?:,?[T\s]+(.+))?"
)
_YEAR: Final = re.compile(r"(\d{4})(?:\.0+)?")
"""Matches a year, also as data frames write it where the column has blank cells."""
_WEEK: Final = re.compile(r"\d{4}-?W\d{2}-?[1-7]")
_DAY_NAMED: Final = re.compile(
    r"(?:[^\W\d]+,?\s+)?(\d{1,2})(?:st|nd|rd|th|er|[ºª°]|\.)?[\s\-/]+(?:de\s+)?([^\W\d]+)\.?,?[\s\-/]+(?:del?\s+)?"
    r"(\d{4}|\d{2})(?:,?\s+(?:at\s+)?(.+))?",
    re.IGNORECASE,
)
_MONTH_NAMED: Final = re.compile(
    r"(?:[^\W\d]+,?\s+)?([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:,?\s+(?:at\s+)?(.+))?",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([ap])?\.?(?:m\.?)?\s*(Z|UTC|GMT|Uhr)?",
    re.IGNORECASE,
)
_SERIAL: Final = re.compile(r"(\d{5})(?:\.(\d+))?")
_DAY_ZERO: Final = datetime(1899, 12, 30, tzinfo=UTC)
"""Day zero of a spreadsheet, which counts 1900 as a leap year."""
_PIVOT: Final = 70
"""Years of two digits from 70 to 99 belong to the last century, as in POSIX."""
_OPEN_FROM: Final = 30
"""Years of two digits from 30 on belong to the last century for spreadsheets, and not for POSIX."""
_NOON: Final = 12
LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl", "cs")
"""Languages in which names of months and countries are known."""


class TypedMoment(str):
    """A day or a time that a spreadsheet has typed, written year first; it has no form of its column's."""

    __slots__ = ()


def read_moment(text: str, form: DateForm | None) -> datetime | None:
    """The point in time that the text means in this form; None when it is not written in this form."""
    form = "iso" if isinstance(text, TypedMoment) else form
    text = " ".join(text.split())
    if has_open_century(text):
        return None
    if found := _YEAR.fullmatch(text):
        return _moment(int(found[1]), 1, 1, None)
    named = _named(text)
    if named is not None:
        return named
    if form == "excel":
        return _serial(text)
    if form in {"dmy", "mdy"}:
        return _numbers(text, form)
    return _year_first(text)


def has_open_century(text: str) -> bool:
    """Whether the text has a year of two digits that programs read as years of two centuries."""
    found = _NUMBERS.fullmatch(text) or _DAY_NAMED.fullmatch(text)
    year = found[4 if found.re is _NUMBERS else 3] if found else ""
    return len(year) == len("30") and _OPEN_FROM <= int(year) < _PIVOT


def forms_of(text: str) -> frozenset[DateForm]:
    """The forms in which the text is a date; empty when it is not a date."""
    text = " ".join(text.split())
    if _YEAR.fullmatch(text):
        return _ANY
    if as_day(text) is not None or _year_first(text) is not None:
        return frozenset({"iso"})
    if _named(text) is not None:
        return _ANY
    if _serial(text) is not None:
        return frozenset({"excel"})
    return frozenset(one for one in ("dmy", "mdy") if _numbers(text, one) is not None)


def means_one_day(text: str) -> bool:
    """Whether both orders give the same day, as in 05/05/2026."""
    text = " ".join(text.split())
    return _numbers(text, "dmy") == _numbers(text, "mdy")


def _numbers(text: str, form: DateForm) -> datetime | None:
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return None
    first, _, second, year, clock = found.groups()
    day, month = (first, second) if form == "dmy" else (second, first)
    return _moment(_year(year), int(month), int(day), clock)


def _year_first(text: str) -> datetime | None:
    if _WEEK.fullmatch(text):
        return _day_of_week(text)
    found = _YEAR_FIRST.fullmatch(text)
    return _moment(int(found[1]), int(found[2]), int(found[3]), found[4]) if found else None


def _day_of_week(text: str) -> datetime | None:
    """The day of an ISO week, as in 2026-W53-4; None where the year has no such week."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
    except ValueError:
        return None


def _named(text: str) -> datetime | None:
    """A date with the name of its month, which every order allows; None for any other text."""
    if text.isascii() and not any(map(str.isalpha, text)):
        return None
    if found := _DAY_NAMED.fullmatch(text):
        day, month, year, clock = found.groups()
    elif found := _MONTH_NAMED.fullmatch(text):
        month, day, year, clock = found.groups()
    else:
        return None
    number = months().get(month.casefold())
    return _moment(_year(year), number, int(day), clock) if number else None


def _serial(text: str) -> datetime | None:
    found = _SERIAL.fullmatch(text)
    if found is None:
        return None
    fraction = float(f"0.{found[2]}") if found[2] else 0.0
    return _DAY_ZERO + timedelta(days=int(found[1]), seconds=round(fraction * 86_400))


def _moment(year: int, month: int, day: int, clock: str | None) -> datetime | None:
    try:
        at = _clock(clock) if clock else time()
        return datetime.combine(date(year, month, day), at, tzinfo=UTC)
    except ValueError:
        return None


def _clock(text: str) -> time:
    """A time of day; raises ValueError for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None or not (found[2] or found[4]):
        raise ValueError("no time of day")
    hour, minute, second = (int(one or 0) for one in found.groups()[:3])
    if found[4]:
        if not 1 <= hour <= _NOON:
            raise ValueError("no hour of a clock with twelve")
        hour = hour % _NOON + (_NOON if found[4].lower() == "p" else 0)
    return time(hour, minute, second)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004 (two digits)
        return year
    return year + (1900 if year >= _PIVOT else 2000)


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """The number of each month by its names and abbreviations; a name of two months is left out."""
    from babel import Locale  # noqa: PLC0415 (large, and only texts with names of months need it)

    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        names = Locale(language).months
        for kind in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in names[kind][width].items():
                    found.setdefault(name.casefold().rstrip("."), set()).add(number)
    found.setdefault("sept", set()).add(9)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}
