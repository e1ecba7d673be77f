"""Gathers the relay's state for the status page, the commands and the metrics.

`page` shows it as HTML, the commands as text, and `gauges` gives it to Prometheus.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from attio_relay.alerting.observer import ill_webhooks
from attio_relay.durations import spoken
from attio_relay.scheduling import schedule
from attio_relay.serving.feed_api import moment
from attio_relay.serving.freshness import Freshness, freshness
from attio_relay.store.runs import Outcome, Run
from attio_relay.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.wire import JsonObject
    from attio_relay.settings import ConnectionConfig, RelayConfig
    from attio_relay.store.alerts import Alert
    from attio_relay.store.lines import Line
    from attio_relay.store.store import Store
    from attio_relay.store.webhooks import WebhookFacts


@dataclass(frozen=True, kw_only=True)
class ConnectionView:
    """The state of one connection."""

    line: Line
    config: ConnectionConfig
    lag: float
    """Seconds since the oldest event that no sync covers; 0 when all are covered."""
    attention: bool
    unheard: bool
    """Whether the webhook of its route is ill, so that changes may be missing."""
    due_in: float | None
    runs: Mapping[Outcome, int]
    last_run: Run | None
    last_success: Run | None
    fresh: Freshness


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The state of the relay; `now` and other times are seconds since 1970."""

    now: float
    connections: Sequence[ConnectionView]
    webhooks: Sequence[WebhookFacts]
    heads: Mapping[str, int]
    last_events: Mapping[str, float | None]
    alerts: Sequence[Alert]
    deliveries: int
    dead: int

    def as_json(self) -> JsonObject:
        """The state as JSON, for programs."""
        return {
            "at": moment(self.now),
            "connections": [_connection_json(view) for view in self.connections],
            "routes": [
                _route_json(route, head, self.last_events[route]) for route, head in self.heads.items()
            ],
            "last_delivery_at": _moment(max(filter(None, self.last_events.values()), default=None)),
            "alerts": [_alert_json(alert) for alert in self.alerts],
            "webhooks": [
                {
                    "webhook_id": hook.webhook_id or None,
                    "route": hook.route,
                    "status": hook.status,
                    "hand_made": hook.hand_made,
                }
                for hook in self.webhooks
            ],
            "deliveries": self.deliveries,
            "dead_letters": self.dead,
        }

    def as_text(self) -> str:
        """The state as text, for a terminal."""
        lines = [_connection_text(view) for view in self.connections] or ["No connections."]
        lines += [
            f"webhook {hook.webhook_id or '-'} for {hook.route}: {hook.status}" for hook in self.webhooks
        ]
        lines += [f"alert since {moment(alert.since)}: {alert.sentence}" for alert in self.alerts]
        kept = counted(self.deliveries, "delivery", "deliveries")
        return "\n".join([*lines, f"{kept} kept, {counted(self.dead, 'dead letter')}"])


def overview(config: RelayConfig, store: Store, *, now: float, streams: bool = True) -> Overview:
    """Gather the state; without `streams` the cost grows only with the number of connections and routes."""
    counts = store.delivery_store.counts()
    lines = {line.name: line for line in store.schedule_store.lines()}
    runs = store.run_store.run_counts()
    webhooks = store.secret_store.webhook_facts()
    # A webhook that nobody watches is shown on the page and as an alert; the connection may still be well.
    watched = [hook for hook in webhooks if hook.webhook_id]
    unheard = frozenset(ill_webhooks(watched, watch_every=config.attio.watch_every, now=now))
    return Overview(
        now=now,
        connections=[
            _view(store, connection, lines[name], runs, unheard, now=now, streams=streams)
            for name, connection in sorted(config.connections.items())
        ],
        webhooks=webhooks,
        heads={route: store.feed.head(route) for route in sorted(config.routes)},
        last_events={route: store.alerts.last_event(route) for route in sorted(config.routes)},
        alerts=store.alerts.open(),
        deliveries=counts["deliveries"],
        dead=counts["dead"],
    )


def _view(  # noqa: PLR0913 (what was read once for all connections)
    store: Store,
    connection: ConnectionConfig,
    line: Line,
    runs: Mapping[tuple[str, str], int],
    unheard: frozenset[str],
    *,
    now: float,
    streams: bool,
) -> ConnectionView:
    due = schedule.due_at(line, connection)
    return ConnectionView(
        line=line,
        config=connection,
        lag=_lag(line, now),
        attention=schedule.needs_attention(line, connection, now=now) or connection.route in unheard,
        unheard=connection.route in unheard,
        due_in=None if due is None else max(0.0, due - now),
        runs={outcome: runs.get((connection.name, outcome), 0) for outcome in Outcome},
        last_run=next(iter(store.run_store.runs(limit=1, connection=connection.name)), None),
        last_success=store.run_store.last_success(connection.name),
        fresh=freshness(connection, line, store.uncovered if streams else None, now=now),
    )


def _lag(line: Line, now: float) -> float:
    since = schedule.uncovered_since(line)
    return 0.0 if since is None else max(0.0, now - since)


def _connection_json(view: ConnectionView) -> JsonObject:
    line, run = view.line, view.last_run
    facts = {key: value for key, value in asdict(run).items() if key in RUN_FACTS} if run else None
    return {
        "name": line.name,
        "state": line.state.value,
        "seen": line.seen,
        "done": line.done,
        "lag_seconds": round(view.lag, 3),
        "fresh_until": moment(view.fresh.until),
        "streams_behind": _behind_json(view.fresh),
        "paused": line.paused,
        "problem": line.problem,
        "needs_attention": view.attention,
        "runs": sum(view.runs.values()),
        "succeeded": view.runs[Outcome.SUCCEEDED],
        "last_run": facts,
        "last_success_at": _moment(view.last_success.ended_at) if view.last_success else None,
    }


def _behind_json(fresh: Freshness) -> JsonObject | None:
    """Each stream that is behind with its time; None when a gap hides which streams are behind."""
    return None if fresh.behind is None else {name: moment(at) for name, at in fresh.behind.items()}


def _route_json(route: str, head: int, last_event: float | None) -> JsonObject:
    return {"name": route, "head": head, "last_event_at": _moment(last_event)}


def _alert_json(alert: Alert) -> JsonObject:
    return {
        "alert": alert.name,
        "subject": alert.subject,
        "sentence": alert.sentence,
        "since": moment(alert.since),
    }


def _moment(at: float | None) -> str | None:
    return None if at is None else moment(at)


RUN_FACTS = {"run_id", "outcome", "intent_at", "started_at", "ended_at", "changes", "job", "detail"}


def _connection_text(view: ConnectionView) -> str:
    line = view.line
    covered = (
        "all covered" if line.seen <= line.done else f"{line.seen - line.done} waiting for {spoken(view.lag)}"
    )
    state = f"paused, {line.state.value}" if line.paused else line.state.value
    text = f"{line.name}: {state}, {counted(line.seen, 'change')} seen, {covered}"
    return f"{text}; {line.problem}" if line.problem else text
