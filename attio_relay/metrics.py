"""Counts events of this process, and writes all figures in Prometheus' text format.

Figures that the store holds (lag, runs, dead letters) are read when a monitor asks.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HELP = {
    "deliveries": "Signed deliveries, by outcome",
    "events": "Events stored, by type",
    "refused": "Requests to /hooks refused, by reason",
    "commits": "Commits of deliveries; deliveries divided by commits is the size of a group",
    "feed_reads": "Reads of the change feed, by outcome",
    "sign_ins": "Tries of the admin token, by outcome; a right token sent with each request is not counted",
}


# Bounds of the histogram in seconds; a commit takes milliseconds, and Attio gives up after ten seconds.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """One figure with its present values, by their labels."""

    name: str
    help: str
    values: Mapping[tuple[tuple[str, str], ...], float]


class Metrics:
    """The counters of this process."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self._lock = threading.Lock()
        self._acks: Counter[float] = Counter()
        self._ack_seconds = 0.0

    def count(self, name: str, **labels: str) -> None:
        """Add one to a counter."""
        with self._lock:
            self._counts[name, tuple(sorted(labels.items()))] += 1

    def acknowledged(self, seconds: float) -> None:
        """Record the seconds from a delivery's first byte to its acknowledgement, sent once it is on disk."""
        with self._lock:
            self._acks[next((bound for bound in BOUNDS if seconds <= bound), math.inf)] += 1
            self._ack_seconds += seconds

    def text(self, gauges: Iterable[Gauge]) -> str:
        """All counters, the histogram and the given gauges in Prometheus' text format."""
        with self._lock:
            counts = sorted(self._counts.items())
        lines: list[str] = []
        for name, sentence in HELP.items():
            lines += [
                f"# HELP attio_relay_{name}_total {sentence}.",
                f"# TYPE attio_relay_{name}_total counter",
            ]
            lines += [
                f"attio_relay_{name}_total{_braces(labels)} {value}"
                for (counted, labels), value in counts
                if counted == name
            ]
        lines += self._histogram()
        for gauge in gauges:
            lines += [
                f"# HELP attio_relay_{gauge.name} {gauge.help}.",
                f"# TYPE attio_relay_{gauge.name} gauge",
            ]
            lines += [
                f"attio_relay_{gauge.name}{_braces(labels)} {value:.15g}"
                for labels, value in gauge.values.items()
            ]
        return "\n".join(lines) + "\n"

    def _histogram(self) -> list[str]:
        with self._lock:
            acks, total = dict(self._acks), self._ack_seconds
        name, number = "attio_relay_ack_seconds", 0
        lines = [f"# HELP {name} From a delivery to its durable acknowledgement.", f"# TYPE {name} histogram"]
        for bound in (*BOUNDS, math.inf):
            number += acks.get(bound, 0)
            lines.append(f'{name}_bucket{{le="{"+Inf" if bound == math.inf else bound}"}} {number}')
        return [*lines, f"{name}_sum {total:.15g}", f"{name}_count {number}"]


def _braces(labels: Iterable[tuple[str, str]]) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
