"""Alerts reach somebody, once when they begin and once when they end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import requests_mock

from attio_relay.alerting.alerts import Alerting
from attio_relay.alerting.observer import Observer
from attio_relay.alerting.sending import Sender
from attio_relay.config import parse
from attio_relay.serving.freshness import freshness
from attio_relay.settings import RelayConfig
from attio_relay.store.changes import GapReason
from attio_relay.store.gaps import GapMark
from attio_relay.store.store import Store
from integration_tests.relay.stores import cover, delivery

URL = "https://alerts.example.com/relay"
BEAT = "https://beats.example.com/ping"
SECRET = "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
CONFIG = {
    "alerts": {"url": URL, "secret": SECRET, "heartbeat_url": BEAT},
    "routes": [{"name": "acme"}],
    "connections": [{"name": "crm", "route": "acme", "target": {"type": "command", "command": ["true"]}}],
}
START = 1_790_000_000.0


@dataclass
class Operator:
    """A relay's alerting on a clock of its own, and what its operator was told."""

    store: Store
    config: RelayConfig
    http: requests_mock.Mocker
    now: float = START
    steady: float = 0.0
    told: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.schedule_store.register({"crm": "acme"})
        look = Observer(self.config, self.store, clock=lambda: self.now, steady=lambda: self.steady)
        self._alerting = Alerting(self.config.alerts, self.store.alerts, look, Sender(self.config.alerts))

    def after(self, seconds: float) -> list[tuple[str, str, str]]:
        """Let time pass, look once, and say what was told meanwhile: what, which alert, about what."""
        self.now += seconds
        self.steady += seconds
        before = len(self.http.request_history)
        self._alerting.round()
        return [
            (said["type"], said["data"]["alert"], said["data"]["subject"])
            for said in (each.json() for each in self.http.request_history[before:] if each.method == "POST")
        ]

    def deliver(self, key: str) -> None:
        self.store.delivery_store.accept([delivery(key, name="crm", at=self.now)])


@pytest.fixture
def operator(store: Store, tmp_path: Path) -> Iterator[Operator]:
    with requests_mock.Mocker() as http:
        http.post(URL, status_code=204)
        http.get(BEAT)
        yield Operator(store, parse(CONFIG, {}, folder=tmp_path), http)


BEGAN = ("relay.alert.began", "uncovered", "crm")
ENDED = ("relay.alert.ended", "uncovered", "crm")


def gap_mark(*, at: float) -> GapMark:
    return GapMark(route="acme", reason=GapReason.WEBHOOK_LOST, connections=("crm",), at=at)


def test_an_alert_is_sent_once_when_it_begins_and_once_when_it_ends(operator: Operator) -> None:
    """A change that no sync covers for a quarter of an hour is told, and so is that it was covered."""
    operator.deliver("k")
    early, late, later = operator.after(60), operator.after(900), operator.after(60)
    cover(operator.store)

    assert ([], True, []) == (early, BEGAN in late, later)
    assert ENDED in operator.after(60)
    assert [] == operator.after(60)


def test_an_alert_that_nobody_took_is_sent_again(operator: Operator) -> None:
    """While the address fails the alert waits, with the same id; it is told even when it is over by then."""
    operator.http.post(URL, [{"status_code": 503}, {"exc": requests.ConnectTimeout}, {"status_code": 204}])
    operator.deliver("k")
    operator.after(901)
    cover(operator.store)
    tries = [each for each in operator.http.request_history if each.method == "POST"]
    operator.after(60)
    operator.after(60)
    posts = [each for each in operator.http.request_history if each.method == "POST"]
    ids = [each.headers["webhook-id"] for each in posts if each.json()["data"]["alert"] == "uncovered"]

    assert tries
    assert ids[0] == ids[1]
    assert ids[-1].endswith("-ended")


def test_each_round_pings_the_address_that_alerts_when_it_hears_nothing(operator: Operator) -> None:
    """A relay that hangs or is gone sends no ping, which is what that address watches for."""
    operator.after(60)
    operator.after(60)

    assert 2 == sum(each.url == BEAT for each in operator.http.request_history)


def test_silence_is_unusual_when_it_is_longer_than_ever(operator: Operator) -> None:
    """A route that paused for a day is silent only after two days; events end the alert."""
    silence = "relay.alert.began", "silence", "acme"
    operator.deliver("a")
    operator.after(0)
    operator.now += 86400
    operator.deliver("b")
    operator.after(0)
    day, two_days = operator.after(86400 + 1), operator.after(86400)
    operator.deliver("c")
    ended = operator.after(60)

    assert (False, True) == (silence in day, silence in two_days)
    assert ("relay.alert.ended", "silence", "acme") in ended


def test_a_wrong_secret_is_told_until_an_event_is_accepted(operator: Operator) -> None:
    """Once, however often it is noted; it stays over when the event is pruned."""
    began, ended = (f"relay.alert.{what}" for what in ("began", "ended"))
    told = []
    for _ in range(3):
        operator.store.alerts.note_refused("acme", operator.now)
        told += operator.after(60)
    operator.deliver("k")
    over = operator.after(60)
    with operator.store.database.transaction() as transaction:
        transaction.run("DELETE FROM changes")

    assert [(began, "signature", "acme")] == told
    assert [(ended, "signature", "acme")] == over
    assert [] == operator.after(60)


def test_a_hole_in_the_intake_is_told_until_it_is_covered(operator: Operator) -> None:
    """From the mark in the feed to the sync that reads everything again."""
    operator.after(60)
    operator.deliver("k")
    operator.store.feed.mark_gap("acme", reason=GapReason.WEBHOOK_LOST, now=operator.now)

    assert ("relay.alert.began", "gap", "acme") in operator.after(60)
    cover(operator.store)
    assert ("relay.alert.ended", "gap", "acme") in operator.after(60)


def test_a_hole_without_any_event_is_told_as_well(operator: Operator) -> None:
    """The sync that must read everything again is what waits: until it is done, nothing looks well."""
    operator.store.gaps.mark(gap_mark(at=operator.now))
    told = operator.after(901)
    connection = operator.config.connections["crm"]
    (line,) = operator.store.schedule_store.lines()

    assert {"gap", "uncovered", "connection"} <= {alert for _, alert, _ in told}
    assert START == freshness(connection, line, operator.store.uncovered, now=operator.now).until
    cover(operator.store)
    assert ("relay.alert.ended", "gap", "acme") in operator.after(60)
