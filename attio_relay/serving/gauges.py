"""The figures of this moment that a monitor asks for, read from an overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_relay.metrics import Gauge
from attio_relay.store.lines import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_relay.serving.overview import ConnectionView, Overview

PER_CONNECTION: Mapping[str, tuple[str, Callable[[ConnectionView], float]]] = {
    "lag_seconds": ("Age of the oldest event that no sync covers", lambda view: view.lag),
    "waiting": ("Events that no sync covers", lambda view: float(view.line.seen - view.line.done)),
    "fails": ("Failed runs in a row", lambda view: float(view.line.fails)),
    "running": ("Whether a sync is running", lambda view: float(view.line.state is State.RUNNING)),
    "attention": ("Whether a person should look", lambda view: float(view.attention)),
    "paused": ("Whether a person paused it", lambda view: float(view.line.paused)),
}


def gauges(found: Overview, *, named: bool) -> list[Gauge]:
    """For each connection by name, or the worst of all without names."""
    rows = [
        Gauge(name=f"connection_{name}", help=sentence, values=_values(found, read, named=named))
        for name, (sentence, read) in PER_CONNECTION.items()
    ]
    return [
        *rows,
        Gauge(
            name="dead_letters", help="Signed messages that could not be read", values={(): float(found.dead)}
        ),
        Gauge(name="deliveries_kept", help="Messages remembered", values={(): float(found.deliveries)}),
        Gauge(
            name="webhooks_down",
            help="Webhooks that Attio does not deliver to",
            values={(): float(sum(hook.status not in ("active", "degraded") for hook in found.webhooks))},
        ),
    ]


def _values(
    found: Overview, read: Callable[[ConnectionView], float], *, named: bool
) -> dict[tuple[tuple[str, str], ...], float]:
    if named:
        return {(("connection", view.line.name),): read(view) for view in found.connections}
    return {(): max(map(read, found.connections), default=0.0)}
