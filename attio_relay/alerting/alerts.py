"""Sends each alert to the operator's address once when it begins and once when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_relay.alerting.conditions import Limits, conditions

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_relay.alerting.conditions import Observations
    from attio_relay.alerting.sending import Sender
    from attio_relay.peers import AlertsConfig
    from attio_relay.store.alerts import Alerts

EVERY = 60.0


class Alerting:
    """Updates the stored alerts and sends their messages."""

    def __init__(
        self, config: AlertsConfig, alerts: Alerts, look: Callable[[], Observations], sender: Sender
    ) -> None:
        self._limits = Limits(uncovered=config.uncovered, silence=config.silence)
        self._alerts = alerts
        self._look = look
        self._sender = sender

    def round(self) -> None:
        """Update the stored alerts and send the pending messages; raises StoreError."""
        seen = self._look()
        for alert in self._alerts.update(conditions(seen, self._limits), now=seen.now):
            self._sender.tell(alert, self._alerts, now=seen.now)
        self._sender.beat()
