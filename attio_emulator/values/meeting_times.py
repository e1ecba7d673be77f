"""The start and end of meetings: a moment with a zone, or a day whose moment depends on the viewer's zone."""

import re
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attio_emulator.contract.refusals import bad_value
from attio_emulator.contract.shapes import either, nullable, shape, text
from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.attachments import Meeting
from attio_emulator.model.clock import nanoseconds, stamp

POINT: Final = either(
    shape({"date": text()}, closed=True),
    shape({"datetime": text()}, {"timezone": nullable(text())}, closed=True),
)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def point(given: dict[str, Any], name: str, *, is_all_day: bool) -> JsonObject:
    """Read one end of a meeting as Attio prints it: a day when it lasts all day, else a moment in a zone."""
    if ("date" in given) is not is_all_day:
        raise bad_value("All-day meetings have dates, all others have times.", ["data", name])
    try:
        return day(given["date"]) if is_all_day else timed(given["datetime"], given.get("timezone"))
    except (ValueError, OverflowError):
        raise bad_value(f"{name} is not a date or time.", ["data", name]) from None


def day(written: str) -> JsonObject:
    """A whole day; raises ValueError."""
    if not DAY.fullmatch(written):
        raise ValueError("not a day")
    return {"date": date.fromisoformat(written).isoformat()}


def timed(written: str, timezone: str | None) -> JsonObject:
    """A moment shown in the zone; a text without an offset is read in the zone. Raises ValueError.

    A zone that does not exist counts as UTC.
    """
    seen_from = zone(timezone or "UTC")
    if seen_from is None:
        seen_from, timezone = ZoneInfo("UTC"), "UTC"
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=seen_from)
    shown = moment.astimezone(seen_from).isoformat(timespec="milliseconds")
    return {"datetime": shown if timezone else shown.replace("+00:00", "Z"), "timezone": timezone}


def zone(name: str | None) -> ZoneInfo | None:
    """A time zone by its name, or None."""
    try:
        return ZoneInfo(name or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def instant(end: JsonObject, seen_from: ZoneInfo) -> str:
    """The moment of a start or an end; that of a day is its midnight in the viewer's time zone."""
    if "datetime" in end:
        return stamp(nanoseconds(str(end["datetime"])))
    midnight = datetime.combine(date.fromisoformat(str(end["date"])), datetime.min.time(), seen_from)
    return stamp(nanoseconds(midnight.astimezone(UTC).isoformat()))


def begins(meeting: Meeting, seen_from: ZoneInfo) -> str:
    """The moment at which a meeting begins."""
    return instant(meeting.start, seen_from)


def ends(meeting: Meeting, seen_from: ZoneInfo) -> str:
    """The moment at which a meeting ends; the end day of an all-day meeting is not part of it."""
    return instant(meeting.end, seen_from)
