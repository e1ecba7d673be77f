"""Gathers the observations that `conditions` decides on, from the store, the disk and the clocks."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from attio_relay.alerting.conditions import ConnectionSeen, Observations
from attio_relay.scheduling import schedule
from attio_relay.store.sealing import SealError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attio_relay.settings import ConnectionConfig, RelayConfig
    from attio_relay.store.lines import Line
    from attio_relay.store.store import Store
    from attio_relay.store.webhooks import WebhookFacts

# A webhook's status is too old after this many missed checks and this many seconds, whichever is longer.
WATCHES_MISSED = 4
LONGEST_UNWATCHED = 300.0


class Observer:
    """Gathers observations; each round compares the clocks with those of the round before."""

    def __init__(
        self,
        config: RelayConfig,
        store: Store,
        *,
        clock: Callable[[], float],
        steady: Callable[[], float],
    ) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._steady = steady
        self._clocks: tuple[float, float] | None = None

    def __call__(self) -> Observations:
        """The observations of this moment; raises StoreError."""
        now, alerts = self._clock(), self._store.alerts
        lines = {line.name: line for line in self._store.schedule_store.lines()}
        hooks = self._store.secret_store.webhook_facts()
        watched = {"watch_every": self._config.attio.watch_every, "now": now}
        routes = sorted(self._config.routes)
        silences = {route: alerts.silence(route, now=now) for route in routes}
        gaps = {route: alerts.last_gap(route) for route in routes}
        return Observations(
            now=now,
            connections=[
                connection_seen(connection, lines[name], now=now)
                for name, connection in sorted(self._config.connections.items())
            ],
            webhooks=ill_webhooks([each for each in hooks if not each.hand_made], **watched),
            hand_made=ill_webhooks([each for each in hooks if each.hand_made], **watched),
            refused=[route for route in routes if alerts.refused(route)],
            silences={route: found for route, found in silences.items() if found is not None},
            gaps={route: found for route, found in gaps.items() if found is not None},
            free=self._free(),
            sealed=self._sealed(),
            jump=self._jump(now),
        )

    def _sealed(self) -> str:
        try:
            self._store.secret_store.check()
        except SealError as error:
            return str(error)
        return ""

    def _free(self) -> int | None:
        if self._config.storage.url:
            return None
        return shutil.disk_usage(self._config.storage.path.parent).free

    def _jump(self, now: float) -> float:
        steady, known = self._steady(), self._clocks
        self._clocks = now, steady
        return (now - known[0]) - (steady - known[1]) if known else 0.0


def connection_seen(connection: ConnectionConfig, line: Line, *, now: float) -> ConnectionSeen:
    """The facts about a connection that rules use."""
    return ConnectionSeen(
        name=connection.name,
        route=connection.route,
        uncovered_since=schedule.uncovered_since(line),
        attention=schedule.needs_attention(line, connection, now=now),
        problem=line.problem,
    )


def ill_webhooks(hooks: Sequence[WebhookFacts], *, watch_every: float, now: float) -> dict[str, str]:
    """The status of each current webhook that is not `active` or was not checked for long, by route."""
    longest = max(LONGEST_UNWATCHED, WATCHES_MISSED * watch_every)
    standing = {hook.route: _standing(hook, now=now, longest=longest) for hook in hooks if not hook.not_after}
    return {route: found for route, found in standing.items() if found}


def _standing(hook: WebhookFacts, *, now: float, longest: float) -> str:
    if hook.status != "active":
        return hook.status
    return "not looked at for long" if now > hook.checked_at + longest else ""
