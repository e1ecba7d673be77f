"""Dates and timestamps as Attio reads them, and durations counted from a moment."""

import pytest

from attio_emulator.values.dates import after, as_date, as_timestamp, is_duration

NOON = "2024-01-31T12:00:00.000000000Z"


@pytest.mark.parametrize(
    ("text", "date", "timestamp"),
    [
        ("2023", "2023-01-01", "2023-01-01T00:00:00.000000000Z"),
        ("2023-05", "2023-05-01", "2023-05-01T00:00:00.000000000Z"),
        ("2023-01-02T23:00:00-10:00", "2023-01-03", "2023-01-03T09:00:00.000000000Z"),
        ("2023-01-01T13:00+02:00", "2023-01-01", "2023-01-01T11:00:00.000000000Z"),
        ("9999-12-31", "9999-12-31", "9999-12-31T00:00:00.000000000Z"),
    ],
)
def test_what_is_coarse_is_completed_and_zones_are_turned_into_utc(
    text: str, date: str, timestamp: str
) -> None:
    """A date is the day in UTC, a timestamp the moment with nine decimals."""
    assert (date, timestamp) == (as_date(text), as_timestamp(text))


@pytest.mark.parametrize(
    "text", ["", "soon", "2023-02-30", "2023-1-2", "10000-01-01", "0001-01-01T00:00+01:00"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """So is one beyond the first and the last that can be stored."""
    with pytest.raises(ValueError, match=r"."):
        as_date(text)


@pytest.mark.parametrize(
    ("duration", "moment"),
    [
        ("P1M", "2024-02-29T12:00:00.000000000Z"),
        ("P1Y1M", "2025-02-28T12:00:00.000000000Z"),
        ("-P1M", "2023-12-31T12:00:00.000000000Z"),
        ("P1W1D", "2024-02-08T12:00:00.000000000Z"),
        ("PT36H1M1S", "2024-02-02T00:01:01.000000000Z"),
        ("PT0S", NOON),
    ],
)
def test_a_duration_is_counted_from_a_moment(duration: str, moment: str) -> None:
    """By the calendar: a month after its last day is the last day of the next one."""
    assert is_duration(duration)
    assert moment == after(NOON, duration)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1", "1M", "P1M2Y", "P1DT", "soon"])
def test_what_is_no_duration_is_told(text: str) -> None:
    """A unit is missing, or is in the wrong place."""
    assert not (text and is_duration(text))
