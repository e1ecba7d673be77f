"""The time by Attio's answers."""

import pytest
import requests
import requests_mock

from attio_api.server_clock import ServerClock

URL = "https://attio.test/"
NOON = "2026-01-01T12:00:00.000000000Z"
EXACT = "2026-01-01T12:00:00.123456000Z"


def heard(attio: requests_mock.Mocker, *answers: dict[str, str]) -> ServerClock:
    """A clock that has listened to answers with these headers."""
    clock = ServerClock(lambda: 0.0)
    session = clock.listen_to(requests.Session())
    attio.get(URL, [{"headers": each} for each in answers])
    for _ in answers:
        session.get(URL)
    return clock


@pytest.mark.parametrize(
    ("headers", "now"),
    [
        ({"Date": "Thu, 01 Jan 2026 12:00:00 GMT"}, NOON),
        ({"Date": "Thu, 01 Jan 2026 12:00:00 GMT", "x-accurate-at": EXACT}, EXACT),
        ({"Date": "yesterday", "x-accurate-at": "soon"}, "1970-01-01T00:00:00.000000000Z"),
    ],
)
def test_an_answer_tells_the_time(attio: requests_mock.Mocker, headers: dict[str, str], now: str) -> None:
    """By its exact moment, else by its date; without either our own clock's time holds."""
    assert now == heard(attio, headers).now()


def test_the_newest_time_is_kept(attio: requests_mock.Mocker) -> None:
    """Answers may overtake each other, and one may carry no time."""
    clock = heard(attio, {"x-accurate-at": EXACT}, {"Date": "Thu, 01 Jan 2026 12:00:00 GMT"}, {})

    assert (EXACT, EXACT) == (clock.heard, clock.now())


@pytest.mark.parametrize("date", ["Thu, 01 Jan 2026 13:00:00 GMT", "Thu, 01 Jan 2026 11:00:00 GMT"])
def test_a_gateways_clock_counts_only_until_attio_has_told_its_time(
    attio: requests_mock.Mocker, date: str
) -> None:
    """A page that a gateway answers carries a date of its own, which may be ahead or behind."""
    assert EXACT == heard(attio, {"x-accurate-at": EXACT}, {"Date": date}).heard
    assert EXACT == heard(attio, {"Date": date}, {"x-accurate-at": EXACT}).heard


def test_before_the_first_answer_nothing_was_heard() -> None:
    """The time is our own clock's."""
    clock = ServerClock(lambda: 1.5)

    assert ("", "1970-01-01T00:00:01.500000000Z") == (clock.heard, clock.now())
