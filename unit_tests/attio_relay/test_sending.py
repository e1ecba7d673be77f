"""What of an alert is sent, how it is signed, and when it has arrived."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
import requests
import requests_mock
from standardwebhooks import Webhook

from attio_relay.alerting.sending import Sender
from attio_relay.peers import AlertsConfig
from attio_relay.store.alerts import Alert

URL, BEAT = "https://alerts.example.com/relay", "https://beats.example.com/ping"
SECRET = "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
NOW = 1_790_000_000.0
OPEN = Alert(name="gap", subject="acme", sentence="Look.", since=NOW - 60, told=False, ended_at=None)


@dataclass
class Notes:
    """What was noted as sent."""

    done: list[str] = field(default_factory=list)

    def told(self, alert: Alert) -> None:
        self.done.append(f"{alert.name} told")

    def close(self, alert: Alert) -> None:
        self.done.append(f"{alert.name} closed")


@pytest.fixture
def http() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker() as found:
        found.post(URL, status_code=204)
        found.get(BEAT)
        yield found


def told(alert: Alert, config: AlertsConfig | None = None) -> list[str]:
    """What is noted after an alert was sent."""
    notes = Notes()
    Sender(config or AlertsConfig(url=URL, secret=SECRET)).tell(alert, notes, now=NOW)
    return notes.done


def test_an_alert_is_signed_as_the_reference_library_signs(http: requests_mock.Mocker) -> None:
    """Headers and body are those of Standard Webhooks; the secret is base64 after `whsec_`."""
    told(OPEN)
    (said,) = http.request_history
    at = datetime.fromtimestamp(int(said.headers["webhook-timestamp"]), UTC)

    assert (
        Webhook(SECRET).sign(said.headers["webhook-id"], at, said.text) == said.headers["webhook-signature"]
    )
    assert NOW == at.timestamp()
    assert {"type", "timestamp", "data"} == set(said.json())


@pytest.mark.parametrize(
    ("alert", "sent", "noted"),
    [
        (OPEN, ["began"], ["gap told"]),
        (replace(OPEN, told=True), [], []),
        (replace(OPEN, told=True, ended_at=NOW), ["ended"], ["gap closed"]),
        (replace(OPEN, ended_at=NOW), ["began", "ended"], ["gap told", "gap closed"]),
    ],
)
def test_what_was_not_told_yet_is_sent(
    http: requests_mock.Mocker, alert: Alert, sent: list[str], noted: list[str]
) -> None:
    """The beginning before the end, each once, also of what is over by then."""
    assert noted == told(alert)
    assert [f"relay.alert.{what}" for what in sent] == [said.json()["type"] for said in http.request_history]


@pytest.mark.parametrize(
    "answer", [{"status_code": 301}, {"status_code": 500}, {"exc": requests.ConnectTimeout}]
)
def test_an_alert_that_nobody_took_is_not_noted(
    http: requests_mock.Mocker, answer: dict[str, object]
) -> None:
    """Neither its beginning nor its end; a redirect is not followed, and counts as no answer."""
    http.post(URL, **answer)

    assert [] == told(replace(OPEN, ended_at=NOW))
    assert 1 == http.call_count


def test_without_an_address_the_log_is_enough(http: requests_mock.Mocker) -> None:
    """The alert is noted, so that it is logged once."""
    assert ["gap told"] == told(OPEN, AlertsConfig())
    assert not http.called


def test_a_heartbeat_that_is_refused_is_logged(
    http: requests_mock.Mocker, caplog: pytest.LogCaptureFixture
) -> None:
    """Its service would hear nothing, and its operator would search for a relay that is down."""
    http.get(BEAT, [{"status_code": 200}, {"status_code": 302}, {"exc": requests.ConnectTimeout}])
    sender = Sender(AlertsConfig(heartbeat_url=BEAT))
    for _ in range(3):
        sender.beat()

    assert [
        "The heartbeat was answered with HTTP 302.",
        "The heartbeat could not be sent: ConnectTimeout.",
    ] == caplog.messages
