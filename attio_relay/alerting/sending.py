"""Sends messages to the operator's addresses: alerts at their beginning and their end, and heartbeats.

A message is signed as standardwebhooks.com describes it. A message that cannot be delivered is sent again in
the next round with the same id, so that a receiver recognises a repeat.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import requests

from attio_relay.peers import is_success, signed
from attio_relay.punctual import PunctualSession

if TYPE_CHECKING:
    from attio_relay.peers import AlertsConfig
    from attio_relay.store.alerts import Alert

TIMEOUT = 10.0

logger = logging.getLogger(__name__)


class Notes(Protocol):
    """Where it is noted which messages about an alert were sent."""

    def told(self, alert: Alert) -> None:
        """Note that the message about the alert's beginning was sent."""
        ...

    def close(self, alert: Alert) -> None:
        """Forget an alert whose end was sent."""
        ...


class Sender:
    """Sends to the addresses of `[alerts]`."""

    def __init__(self, config: AlertsConfig, session: requests.Session | None = None) -> None:
        self._config = config
        self._session = session or PunctualSession()

    def tell(self, alert: Alert, notes: Notes, *, now: float) -> None:
        """Send what was not sent yet of an alert: its beginning, then its end."""
        if not alert.told:
            logger.error("Alert %s: %s", alert.name, alert.sentence)
            if not self._sent(alert, "began", at=alert.since, now=now):
                return
            notes.told(alert)
        if alert.ended_at is not None:
            logger.info("Alert %s of %s has ended.", alert.name, alert.subject)
            if self._sent(alert, "ended", at=alert.ended_at, now=now):
                notes.close(alert)

    def _sent(self, alert: Alert, what: str, *, at: float, now: float) -> bool:
        """Send a message; True when it arrived, or when no address is configured and the log is enough."""
        if not self._config.url:
            return True
        body = json.dumps(message(alert, what, at=at)).encode()
        headers = {"Content-Type": "application/json"}
        if self._config.secret:
            name = f"{alert.name}-{alert.subject}-{alert.since:.3f}-{what}"
            headers |= signed(self._config.secret, name, body, now=now)
        try:
            answer = self._session.post(
                self._config.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            logger.error("An alert could not be sent: %s.", type(error).__name__)  # noqa: TRY400 (no stack needed)
            return False
        if not is_success(answer):
            logger.error("An alert was answered with HTTP %d; it is sent again.", answer.status_code)
        return is_success(answer)

    def beat(self) -> None:
        """Call the heartbeat address, whose service alerts when the calls stop."""
        if not self._config.heartbeat_url:
            return
        try:
            answer = self._session.get(self._config.heartbeat_url, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            logger.warning("The heartbeat could not be sent: %s.", type(error).__name__)
        else:
            if not is_success(answer):
                logger.warning("The heartbeat was answered with HTTP %d.", answer.status_code)


def message(alert: Alert, what: str, *, at: float) -> dict[str, object]:
    """The body of an alert's message; `what` is `began` or `ended`, `at` is seconds since 1970."""
    return {
        "type": f"relay.alert.{what}",
        "timestamp": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds"),
        "data": {
            "alert": alert.name,
            "subject": alert.subject,
            "sentence": alert.sentence if what == "began" else f"It is over: {alert.sentence}",
            "since": datetime.fromtimestamp(alert.since, UTC).isoformat(timespec="milliseconds"),
        },
    }
