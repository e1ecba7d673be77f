"""Gathers what a person or a monitor wants to know at a glance.

How it looks is the business of `page` (HTML), `cli` (text) and `metrics` (Prometheus).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from attio_relay.durations import spoken
from attio_relay.scheduling import schedule
from attio_relay.serving.feed_api import moment
from attio_relay.store.runs import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.wire import JsonObject
    from attio_relay.settings import ConnectionConfig, RelayConfig
    from attio_relay.store.lines import Line
    from attio_relay.store.store import Store
    from attio_relay.store.webhooks import WebhookFacts


# So often, and for so long, Attio may fail to say how a webhook stands.
WATCHES_MISSED = 4
LONGEST_UNWATCHED = 300.0


@dataclass(frozen=True, kw_only=True)
class ConnectionView:
    """One connection at a glance."""

    line: Line
    config: ConnectionConfig
    lag: float
    """Seconds since the oldest event that no sync covers; 0 when all are covered."""
    attention: bool
    due_in: float | None
    runs: Mapping[Outcome, int]
    last_run: Run | None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The relay at a glance."""

    now: float
    connections: Sequence[ConnectionView]
    webhooks: Sequence[WebhookFacts]
    heads: Mapping[str, int]
    deliveries: int
    dead: int

    def as_json(self) -> JsonObject:
        """For programs."""
        return {
            "at": moment(self.now),
            "connections": [_connection_json(view) for view in self.connections],
            "routes": [{"name": route, "head": head} for route, head in self.heads.items()],
            "webhooks": [
                {"webhook_id": hook.webhook_id, "route": hook.route, "status": hook.status}
                for hook in self.webhooks
            ],
            "deliveries": self.deliveries,
            "dead_letters": self.dead,
        }

    def as_text(self) -> str:
        """For a terminal."""
        lines = [_connection_text(view) for view in self.connections] or ["No connections."]
        lines += [f"webhook {hook.webhook_id} for {hook.route}: {hook.status}" for hook in self.webhooks]
        return "\n".join([*lines, f"{self.deliveries} deliveries kept, {self.dead} dead letters"])


def overview(config: RelayConfig, store: Store, *, now: float) -> Overview:
    """Gather it."""
    counts = store.inbox.counts()
    lines = {line.name: line for line in store.ledger.lines()}
    runs = store.history.run_counts()
    webhooks = store.vault.webhook_facts()
    unheard = routes_unheard(webhooks, watch_every=config.attio.watch_every, now=now)
    return Overview(
        now=now,
        connections=[
            _view(store, connection, lines[name], runs, unheard, now=now)
            for name, connection in sorted(config.connections.items())
        ],
        webhooks=webhooks,
        heads={route: store.feed.head(route) for route in sorted(config.routes)},
        deliveries=counts["deliveries"],
        dead=counts["dead"],
    )


def _view(
    store: Store,
    connection: ConnectionConfig,
    line: Line,
    runs: Mapping[tuple[str, str], int],
    unheard: frozenset[str],
    *,
    now: float,
) -> ConnectionView:
    due = schedule.due_at(line, connection)
    return ConnectionView(
        line=line,
        config=connection,
        lag=_lag(line, now),
        attention=schedule.needs_attention(line, connection, now=now) or connection.route in unheard,
        due_in=None if due is None else max(0.0, due - now),
        runs={outcome: runs.get((connection.name, outcome), 0) for outcome in Outcome},
        last_run=next(iter(store.history.runs(limit=1, connection=connection.name)), None),
    )


def routes_unheard(webhooks: Sequence[WebhookFacts], *, watch_every: float, now: float) -> frozenset[str]:
    """The routes whose webhook does not deliver as it should, or has not been looked at for too long."""
    longest = max(LONGEST_UNWATCHED, WATCHES_MISSED * watch_every)
    return frozenset(
        hook.route
        for hook in webhooks
        if hook.not_after is None and (hook.status != "active" or now > hook.checked_at + longest)
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
        "paused": line.paused,
        "problem": line.problem,
        "needs_attention": view.attention,
        "runs": sum(view.runs.values()),
        "succeeded": view.runs[Outcome.SUCCEEDED],
        "last_run": facts,
    }


RUN_FACTS = {"run_id", "outcome", "intent_at", "started_at", "ended_at", "changes", "job", "detail"}


def _connection_text(view: ConnectionView) -> str:
    line = view.line
    covered = (
        "all covered" if line.seen <= line.done else f"{line.seen - line.done} waiting for {spoken(view.lag)}"
    )
    state = f"paused, {line.state.value}" if line.paused else line.state.value
    text = f"{line.name}: {state}, {line.seen} changes seen, {covered}"
    return f"{text}; {line.problem}" if line.problem else text
