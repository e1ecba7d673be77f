"""The emulator's time: nanoseconds since 1970, printed the way Attio prints them.

Times are whole milliseconds, as all recorded ones are. Two modes. `real`: the wall clock. `manual`: stands
still, moves by one millisecond with every write call and otherwise only when the control plane advances or
sets it, so that a test sees the same timestamps in every run. Every write call has exactly one time,
`Call.now`: all values it stores carry it.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

BILLION = 1_000_000_000
TICK = 1_000_000
MANUAL_START = "2026-01-01T09:00:00.000000000Z"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ISO = re.compile(
    r"(?P<y>\d{4})-(?P<mo>\d\d)-(?P<d>\d\d)"
    r"(?:[Tt ](?P<h>\d\d):(?P<mi>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,9})\d*)?)?"
    r"(?P<z>[Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)


def stamp(nanoseconds: int) -> str:
    """Print a moment: UTC, nine decimals, a trailing Z; such strings sort as the moments do."""
    seconds, rest = divmod(nanoseconds, BILLION)
    days, second = divmod(seconds, 86_400)
    return f"{day(days)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{rest:09d}Z"


@lru_cache(maxsize=10_000)
def day(days: int) -> str:
    """Print the day that is so many days after the first of 1970."""
    return (EPOCH + timedelta(days=days)).date().isoformat()


@lru_cache(maxsize=10_000)
def days_until(date: str) -> int:
    """Days from the first of 1970 to a day that `day` has printed."""
    return (datetime.fromisoformat(date).replace(tzinfo=UTC) - EPOCH).days


def unstamp(text: str) -> int:
    """Nanoseconds of a text that `stamp` has printed; other texts are not refused."""
    seconds = days_until(text[:10]) * 86_400 + int(text[11:13]) * 3600 + int(text[14:16]) * 60
    return (seconds + int(text[17:19])) * BILLION + int(text[20:29])


def nanoseconds(text: str) -> int:
    """Read an ISO 8601 moment; a missing zone is UTC, a missing time midnight. Raises ValueError."""
    match = ISO.fullmatch(text.strip())
    if match is None:
        raise ValueError("not an ISO 8601 date and time")
    part = match.groupdict(default="")
    year, month, day = (int(part[key]) for key in ("y", "mo", "d"))
    hour, minute, second = (int(part[key] or 0) for key in ("h", "mi", "s"))
    moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    whole = (moment - EPOCH) // timedelta(seconds=1) - offset_seconds(part["z"])
    return whole * BILLION + int(part["f"].ljust(9, "0") or 0)


def in_reach(moment: int) -> bool:
    """Whether the clock can be set to a moment: from 1971 to 2999, far from the last that can be stored."""
    return nanoseconds("1971-01-01") <= moment <= nanoseconds("2999-12-31")


def offset_seconds(zone: str) -> int:
    """Seconds east of UTC that a zone suffix says."""
    if zone in {"", "Z", "z"}:
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def http_date(nanos: int) -> str:
    """Print a moment as an HTTP date, rounded up to the next whole second."""
    return format_datetime(EPOCH + timedelta(seconds=-(-nanos // BILLION)), usegmt=True)


def in_milliseconds(nanos: int) -> int:
    """A moment rounded down to whole milliseconds."""
    return nanos // TICK * TICK


class Clock:
    """The emulator's clock, in one of two modes."""

    def __init__(self, *, mode: str = "real", wall: Callable[[], int] = time.time_ns) -> None:
        self.mode = mode
        self._wall = wall
        self._now = nanoseconds(MANUAL_START) if mode == "manual" else in_milliseconds(wall())

    def now_ns(self) -> int:
        """The present moment; never earlier than one given before."""
        if self.mode == "real":
            self._now = max(self._now, in_milliseconds(self._wall()))
        return self._now

    def now(self) -> str:
        """The present moment, printed."""
        return stamp(self.now_ns())

    def tick(self, *, apart: bool = False) -> str:
        """The time of one write. By the wall clock two writes may share a millisecond, as in Attio."""
        if self.mode == "real":
            self._now = max(self.now_ns(), self._now + (TICK if apart else 0))
        else:
            self._now += TICK
        return stamp(self._now)

    def set(self, nanos: int) -> None:
        """Stop the clock at a moment."""
        self.mode = "manual"
        self._now = nanos

    def advance(self, seconds: float) -> None:
        """Stop the clock and move it."""
        self.set(self.now_ns() + round(seconds * BILLION))

    def run(self) -> None:
        """Follow the wall clock again, even if that means going back."""
        self.mode = "real"
        self._now = in_milliseconds(self._wall())
