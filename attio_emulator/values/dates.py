"""Dates and timestamps as Attio reads them.

Coarse ones are completed, fine ones cut, zones turned into UTC.
"""

import re
from datetime import MAXYEAR, MINYEAR

from attio_emulator.model.clock import BILLION, nanoseconds, stamp

PARTIAL = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d))?", re.ASCII)
DAY = 24 * 3600 * BILLION
YEAR_ONE = nanoseconds("0001-01-01")
LAST = nanoseconds("9999-12-31T23:59:59.999999999Z")


def moment(text: str) -> int:
    """Nanoseconds of an ISO text, missing months, days and times filled up; raises ValueError."""
    partial = PARTIAL.fullmatch(text.strip())
    if partial is not None:
        text = f"{partial['year']}-{partial['month'] or '01'}-01"
    found = nanoseconds(text)
    if not YEAR_ONE <= found <= LAST:
        raise ValueError("out of range")
    return found


def as_date(text: str) -> str:
    """The UTC day of an ISO text."""
    return stamp(moment(text))[:10]


def as_timestamp(text: str) -> str:
    """The moment of an ISO text, in UTC with nine decimals."""
    return stamp(moment(text))


DURATION = re.compile(
    r"(?P<sign>[-+]?)P(?:(?P<y>\d{1,9})Y)?(?:(?P<mo>\d{1,9})M)?(?:(?P<w>\d{1,9})W)?(?:(?P<d>\d{1,9})D)?"
    r"(?:T(?:(?P<h>\d{1,9})H)?(?:(?P<mi>\d{1,9})M)?(?:(?P<s>\d{1,9})S)?)?",
    re.ASCII,
)


def is_duration(text: str) -> bool:
    """Whether a text is an ISO 8601 duration."""
    return DURATION.fullmatch(text) is not None and text[-1] not in "PT"


def after(now: str, duration: str) -> str:
    """A moment plus a duration; months are calendar months, and a day after a month's end becomes its last.

    A result before the first moment that can be stored, or after the last, becomes that moment.
    """
    match = DURATION.fullmatch(duration)
    if match is None:
        raise ValueError("not an ISO 8601 duration")
    sign = -1 if match["sign"] == "-" else 1
    part = {key: sign * int(text or 0) for key, text in match.groupdict().items() if key != "sign"}
    months = int(now[:4]) * 12 + int(now[5:7]) - 1 + part["y"] * 12 + part["mo"]
    year, month = divmod(months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return stamp(LAST if year > MAXYEAR else YEAR_ONE)
    moved = f"{year:04d}-{month + 1:02d}-{min(int(now[8:10]), days_in(year, month + 1)):02d}{now[10:]}"
    days = part["w"] * 7 + part["d"]
    seconds = part["h"] * 3600 + part["mi"] * 60 + part["s"]
    return stamp(min(max(moment(moved) + days * DAY + seconds * BILLION, YEAR_ONE), LAST))


def days_in(year: int, month: int) -> int:
    """The number of days in a month."""
    if month == 2:  # noqa: PLR2004 - February
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31
