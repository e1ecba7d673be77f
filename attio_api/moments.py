"""Dates and times, to the nanosecond that Attio keeps and Python's datetime does not.

Knows ISO 8601 as warehouses and Attio write it, and the time since 1970 in seconds, milli-, micro-
or nanoseconds; `attributes` knows which attribute holds a time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Final

_ISO: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?"
    r"(?:[Tt ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})([/.]?)(\d{2})\2(\d{2})(?=$|[Tt ])")
_SINCE_1970: Final = re.compile(r"\d{9,19}(?:\.\d+)?")
_UNITS: Final = (
    (Decimal(10**11), 1),
    (Decimal(10**14), 10**3),
    (Decimal(10**17), 10**6),
    (Decimal(10**20), 10**9),
)
"""Upper bound of a number → how many of its units make a second. The size tells the unit: what would be
seconds of the year 5138 are milliseconds of 1973."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A point in time in UTC; `second` has no fraction, `nanos` is the fraction."""

    second: datetime
    nanos: int = 0

    def iso(self) -> str:
        """The time as Attio writes it: `2026-05-01T10:00:00.000000000Z`."""
        return f"{self.second.replace(tzinfo=None).isoformat()}.{self.nanos:09d}Z"


def as_moment(value: object) -> Moment | None:
    """Read a datetime, a date, an ISO text or the time since 1970, in UTC without a zone; None for others."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return Moment(second=aware.replace(microsecond=0), nanos=aware.microsecond * 1000)
    if isinstance(value, date):
        return Moment(second=datetime(value.year, value.month, value.day, tzinfo=UTC))
    if isinstance(value, str):
        return _parse(value.strip())
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _parse(format(Decimal(str(value)), "f"))
    return None


def as_day(value: object) -> str | None:
    """Read a day (YYYY-MM-DD) as Attio does: a time is its day in UTC, a missing month or day the first."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    moment = as_moment(value)
    return moment.second.date().isoformat() if moment else None


def http_date(text: str | None) -> float | None:
    """Read an HTTP header's date as seconds since 1970; None when it is not a date."""
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except ValueError:
        return None


def _parse(text: str) -> Moment | None:
    if _SINCE_1970.fullmatch(text):
        return _since_1970(Decimal(text))
    match = _ISO.fullmatch(_YEAR_FIRST.sub(r"\1-\3-\4", text, count=1))
    if match is None:
        return None
    parts = match.groupdict()
    numbers = [int(parts[name] or default) for name, default in _DEFAULTS]
    try:
        local = datetime(*numbers, tzinfo=_zone(parts["zone"]))  # type: ignore[arg-type,misc] # six numbers, checked by the pattern
        return Moment(second=local.astimezone(UTC), nanos=int((parts["fraction"] or "0")[:9].ljust(9, "0")))
    except (ValueError, OverflowError):
        return None


def _since_1970(number: Decimal) -> Moment:
    parts = next(each for most, each in _UNITS if number < most)
    second, nanos = divmod(int(number * 10**9) // parts, 10**9)
    return Moment(second=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second), nanos=nanos)


_DEFAULTS: Final = (("year", 1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))


def _zone(text: str | None) -> timezone:
    if text is None or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
