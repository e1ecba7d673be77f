from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attio_api.moments import as_day, as_moment, http_date

TEXTS = {
    "2026-05-01T10:00:00.123456789Z": "2026-05-01T10:00:00.123456789Z",
    "2026-05-01T10:00:00.1234567891Z": "2026-05-01T10:00:00.123456789Z",
    "2026-05-01t10:00z": "2026-05-01T10:00:00.000000000Z",
    "2026-05-01 10:00:00,5 UTC": "2026-05-01T10:00:00.500000000Z",
    "2026-05-01T10:00:00-0330": "2026-05-01T13:30:00.000000000Z",
    "2026-05": "2026-05-01T00:00:00.000000000Z",
    "20260501": "2026-05-01T00:00:00.000000000Z",
    "2026/05/01 10:00": "2026-05-01T10:00:00.000000000Z",
    "2026.05.01": "2026-05-01T00:00:00.000000000Z",
    "1777629600": "2026-05-01T10:00:00.000000000Z",
    "1777629600.25": "2026-05-01T10:00:00.250000000Z",
    "0999-01-01": "0999-01-01T00:00:00.000000000Z",
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_iso_texts_become_utc_with_nine_decimals(text: str, expected: str) -> None:
    """Every spelling of ISO 8601 that warehouses use has one form of Attio's."""
    moment = as_moment(text)

    assert moment is not None
    assert expected == moment.iso()


@pytest.mark.parametrize(
    "number", [1777629600, 1777629600.0, 1777629600_000, 1777629600 * 10**6, 1777629600 * 10**9]
)
def test_numbers_count_from_1970(number: float) -> None:
    """Seconds, milli-, micro- and nanoseconds are told apart by their size."""
    moment = as_moment(number)

    assert moment is not None
    assert "2026-05-01T10:00:00.000000000Z" == moment.iso()


def test_a_number_of_eight_digits_is_a_day() -> None:
    """Date keys of warehouses are whole numbers like 20260501."""
    assert "2026-05-01" == as_day(20260501)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "now",
        "2026-13-01",
        "2026-05-01T25:00Z",
        "20261301",
        7,
        None,
        True,
        -1777593600,
        float("nan"),
        "2026/05-01",
        "05/01/2026",
        "0001-01-01T00:00+05:00",
    ],
)
def test_what_is_no_time_is_none(value: Any) -> None:
    """What cannot be read as a time is not bent into one."""
    assert as_moment(value) is None
    assert as_day(value) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_texts_order_as_times_do(at: datetime) -> None:
    """Comparing the texts is comparing the times."""
    moment, epoch = as_moment(at), as_moment(datetime(1970, 1, 1, tzinfo=UTC))

    assert moment is not None
    assert epoch is not None
    assert (at >= datetime(1970, 1, 1, tzinfo=UTC)) == (moment.iso() >= epoch.iso())
    assert moment == as_moment(moment.iso())


@given(st.dates())
def test_a_day_stays_a_day(day: date) -> None:
    """A date is its own day, as a date and as text."""
    assert day.isoformat() == as_day(day) == as_day(day.isoformat())


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Thu, 01 Jan 1970 00:00:05 GMT", 5.0), ("1", None), ("", None), (None, None), ("soon", None)],
)
def test_http_dates(text: str | None, expected: float | None) -> None:
    """An HTTP date is read as seconds since 1970; anything else is none."""
    assert expected == http_date(text)
