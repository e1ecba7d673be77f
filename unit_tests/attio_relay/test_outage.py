"""The alert about a store that cannot be written, which no store keeps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
import requests_mock

from attio_relay.alerting.outage import EVERY, LONGEST, Clocks, StoreOutage
from attio_relay.alerting.sending import Sender
from attio_relay.peers import AlertsConfig
from attio_relay.store.database import StoreError

URL = "https://alerts.example.com/relay"
SECRET = "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
START = 1_790_000_000.0
BEGAN, ENDED = "relay.alert.began", "relay.alert.ended"


@dataclass
class Watched:
    """A store that can be written or not, and what its operator was told."""

    http: requests_mock.Mocker
    down: bool = False
    steady: float = 0.0
    offset: float = START

    def __post_init__(self) -> None:
        clocks = Clocks(time=lambda: self.offset + self.steady, steady=lambda: self.steady)
        sender = Sender(AlertsConfig(url=URL, secret=SECRET))
        self.outage = StoreOutage(self.prove, sender, clocks, relay="db-1")

    def prove(self) -> None:
        if self.down:
            raise StoreError("Postgres: no answer")

    def after(self, seconds: float) -> list[str]:
        """Let time pass in rounds, and say what was told meanwhile."""
        before = len(self.http.request_history)
        for _ in range(int(seconds / EVERY)):
            self.steady += EVERY
            self.outage.round()
        return [each.json()["type"] for each in self.http.request_history[before:]]


@pytest.fixture
def watched() -> Iterator[Watched]:
    with requests_mock.Mocker() as http:
        http.post(URL, status_code=204)
        yield Watched(http)


def test_an_outage_is_told_once_and_so_is_its_end(watched: Watched) -> None:
    """With since when, where, and what the database says; an hour of it is one message."""
    well = watched.after(60)
    watched.down = True
    down = watched.after(3600)
    (told,) = watched.http.request_history
    watched.down = False

    assert ([], [BEGAN], [ENDED]) == (well, down, watched.after(3600))
    data = told.json()["data"]
    assert ("store", "db-1") == (data["alert"], data["subject"])
    assert data["sentence"].endswith("starts no sync and sends no other alert. Postgres: no answer.")
    assert START + 60 + EVERY == datetime.fromisoformat(data["since"]).timestamp()


def test_a_failover_is_no_outage(watched: Watched) -> None:
    """Test writes that fail for less than the limit, again and again, are told to nobody."""
    told = []
    for _ in range(5):
        watched.down = True
        told += watched.after(LONGEST)
        watched.down = False
        told += watched.after(EVERY)

    assert [] == told


def test_the_clock_of_the_machine_does_not_lengthen_an_outage(watched: Watched) -> None:
    """A jump by hours in the middle of a failover begins no alert."""
    watched.down = True
    watched.after(EVERY)
    watched.offset += 7200.0

    assert [] == watched.after(EVERY)


def test_an_outage_that_nobody_heard_of_is_told_when_it_is_over(watched: Watched) -> None:
    """The address failed with the database: both messages go out, the first under the id of each try."""
    watched.http.post(URL, status_code=503)
    watched.down = True
    tried = watched.after(LONGEST + 2 * EVERY)
    watched.down = False
    watched.http.post(URL, status_code=204)
    told = watched.after(EVERY)
    ids = [each.headers["webhook-id"] for each in watched.http.request_history]

    assert ([BEGAN, BEGAN], [BEGAN, ENDED]) == (tried, told)
    assert 1 == len(set(ids[:3]))
    assert [] == watched.after(60)


def test_an_outage_that_comes_back_before_its_end_was_told_goes_on(watched: Watched) -> None:
    """No end is told of what has not ended."""
    watched.down = True
    began = watched.after(LONGEST + EVERY)
    watched.http.post(URL, status_code=503)
    watched.down = False
    watched.after(EVERY)
    watched.down = True
    watched.after(LONGEST + EVERY)
    watched.http.post(URL, status_code=204)

    assert ([BEGAN], []) == (began, watched.after(60))
    watched.down = False
    assert [ENDED] == watched.after(EVERY)
