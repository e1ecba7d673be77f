"""The alert about the store itself: it is kept in memory, since the store cannot keep it.

Every relay sends its own, since a store that one replica does not reach may be well for the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attio_relay.durations import spoken
from attio_relay.store.alerts import Alert
from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_relay.alerting.sending import Sender

# Seconds between two test writes, and for which all of them must fail: a failover may take half a minute.
EVERY = 15.0
LONGEST = 60.0


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The time in seconds since 1970, and a clock that nobody sets."""

    time: Callable[[], float]
    steady: Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Failing:
    """Since when test writes fail, on both clocks."""

    time: float
    steady: float


class StoreOutage:
    """Makes test writes, and tells the operator when they fail for long and when they succeed again."""

    def __init__(self, prove: Callable[[], None], sender: Sender, clocks: Clocks, *, relay: str) -> None:
        self._prove = prove
        self._sender = sender
        self._clocks = clocks
        self._relay = relay
        self._failing: Failing | None = None
        self._alert: Alert | None = None

    def round(self) -> None:
        """Make a test write, and send what the operator was not told yet."""
        try:
            self._prove()
        except StoreError as error:
            self._failed(str(error))
        else:
            self._succeeded()
        if self._alert is not None:
            self._sender.tell(self._alert, self, now=self._clocks.time())

    def told(self, alert: Alert) -> None:
        """Note that the message about the outage was sent."""
        self._alert = replace(alert, told=True)

    def close(self, alert: Alert) -> None:
        """Forget an outage whose end was sent."""
        del alert
        self._alert = None

    def _failed(self, reason: str) -> None:
        steady = self._clocks.steady()
        self._failing = self._failing or Failing(time=self._clocks.time(), steady=steady)
        if steady < self._failing.steady + LONGEST:
            return
        if self._alert is None:
            self._alert = self._begun(self._failing.time, reason)
        else:
            self._alert = replace(self._alert, ended_at=None)

    def _succeeded(self) -> None:
        self._failing = None
        if self._alert is not None and self._alert.ended_at is None:
            self._alert = replace(self._alert, ended_at=self._clocks.time())

    def _begun(self, since: float, reason: str) -> Alert:
        sentence = (
            f"The relay on {self._relay} has not been able to write its store for longer than"
            f" {spoken(LONGEST)}. It refuses deliveries, which Attio sends again for about three days; it"
            f" starts no sync and sends no other alert. {reason.rstrip('.')}."
        )
        return Alert(
            name="store", subject=self._relay, sentence=sentence, since=since, told=False, ended_at=None
        )
