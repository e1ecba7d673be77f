"""The gauges of the metrics, computed from an overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_relay.metrics import Gauge
from attio_relay.store.lines import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_relay.serving.overview import ConnectionView, Overview

# Statuses that do not count as down: the first two deliver, the last two are counted as unwatched.
LOOKED_AT = ("active", "degraded", "unwatched", "none")
PER_CONNECTION: Mapping[str, tuple[str, Callable[[ConnectionView], float]]] = {
    "lag_seconds": ("Age of the oldest event that no sync covers", lambda view: view.lag),
    "waiting": ("Events that no sync covers", lambda view: float(view.line.seen - view.line.done)),
    "fails": ("Failed runs in a row", lambda view: float(view.line.fails)),
    "running": ("Whether a sync is running", lambda view: float(view.line.state is State.RUNNING)),
    "attention": ("Whether a person must look at it", lambda view: float(view.attention)),
    "paused": ("Whether a person paused it", lambda view: float(view.line.paused)),
}


TIMES: Mapping[str, tuple[str, Callable[[ConnectionView], float | None]]] = {
    "fresh_until": (
        "Unix time before which every acknowledged change is in the warehouse",
        lambda view: view.fresh.until,
    ),
    "last_success": (
        "Unix time at which the last successful sync ended",
        lambda view: view.last_success.ended_at if view.last_success else None,
    ),
}


def gauges(found: Overview, *, named: bool) -> list[Gauge]:
    """The gauges of all connections; without `named` one value for the worst of them, and no names."""
    rows = [
        Gauge(name=f"connection_{name}", help=sentence, values=_values(found, read, named=named))
        for name, (sentence, read) in PER_CONNECTION.items()
    ]
    return [
        *rows,
        *_times(found, named=named),
        *([_streams(found)] if named else []),
        _last_event(found, named=named),
        _duration(found, named=named),
        *_counts(found),
    ]


def _counts(found: Overview) -> list[Gauge]:
    """Gauges without a name in their labels."""
    unwatched = sum(not hook.webhook_id for hook in found.webhooks)
    counts = {
        "alerts": ("Alerts that are open", len(found.alerts)),
        "dead_letters": ("Signed messages that could not be read", found.dead),
        "deliveries_kept": ("Messages remembered", found.deliveries),
        "webhooks_down": (
            "Webhooks that Attio does not deliver to",
            sum(hook.status not in LOOKED_AT for hook in found.webhooks),
        ),
        "webhooks_unwatched": ("Routes whose webhook nobody watches, or that have none", unwatched),
    }
    return [
        Gauge(name=name, help=sentence, values={(): float(number)})
        for name, (sentence, number) in counts.items()
    ]


def _times(found: Overview, *, named: bool) -> list[Gauge]:
    """The times of each connection; without `named` the oldest of all."""
    return [
        Gauge(
            name=f"connection_{name}_timestamp_seconds",
            help=sentence,
            values=_moments(
                {view.line.name: read(view) for view in found.connections}, "connection", named=named
            ),
        )
        for name, (sentence, read) in TIMES.items()
    ]


def _streams(found: Overview) -> Gauge:
    behind: dict[tuple[tuple[str, str], ...], float] = {
        (("connection", view.line.name), ("stream", stream)): at
        for view in found.connections
        for stream, at in (view.fresh.behind or {}).items()
    }
    return Gauge(
        name="stream_fresh_until_timestamp_seconds",
        help="The same for each object, list or kind of thing that is behind; any other is as fresh as now",
        values=behind,
    )


def _last_event(found: Overview, *, named: bool) -> Gauge:
    return Gauge(
        name="route_last_event_timestamp_seconds",
        help="Unix time at which the newest event was stored",
        values=_moments(found.last_events, "route", named=named),
    )


def _duration(found: Overview, *, named: bool) -> Gauge:
    took = {
        view.line.name: run.ended_at - run.intent_at
        for view in found.connections
        if (run := view.last_success) and run.ended_at
    }
    longest: dict[tuple[tuple[str, str], ...], float] = {(): max(took.values(), default=0.0)}
    return Gauge(
        name="connection_last_duration_seconds",
        help="How long the last successful sync took",
        values={(("connection", name),): took[name] for name in took} if named else longest,
    )


def _moments(
    moments: Mapping[str, float | None], label: str, *, named: bool
) -> dict[tuple[tuple[str, str], ...], float]:
    known = {name: at for name, at in moments.items() if at is not None}
    if named:
        return {((label, name),): at for name, at in known.items()}
    return {(): min(known.values())} if known else {}


def _values(
    found: Overview, read: Callable[[ConnectionView], float], *, named: bool
) -> dict[tuple[tuple[str, str], ...], float]:
    if named:
        return {(("connection", view.line.name),): read(view) for view in found.connections}
    return {(): max(map(read, found.connections), default=0.0)}
