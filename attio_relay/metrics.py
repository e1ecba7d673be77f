"""Counts what happens, and writes it down as Prometheus reads it.

Figures that can be read from the store (lag, runs, dead letters) are asked for when somebody looks.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HELP = {
    "deliveries": "Deliveries believed, by what became of them",
    "events": "Events stored, by type",
    "refused": "Requests to /hooks refused, by reason",
    "commits": "Commits of the inbox; deliveries divided by commits is the size of a group",
    "feed_reads": "Reads of the change feed, by outcome",
    "sign_ins": "Tries of the admin token, by outcome; a right token sent with each request is not counted",
}


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """One figure of this moment."""

    name: str
    help: str
    values: Mapping[tuple[tuple[str, str], ...], float]


class Metrics:
    """The counters of this process."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self._lock = threading.Lock()

    def count(self, name: str, **labels: str) -> None:
        """One more."""
        with self._lock:
            self._counts[name, tuple(sorted(labels.items()))] += 1

    def text(self, gauges: Iterable[Gauge]) -> str:
        """All figures in Prometheus' text format."""
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
        for gauge in gauges:
            lines += [
                f"# HELP attio_relay_{gauge.name} {gauge.help}.",
                f"# TYPE attio_relay_{gauge.name} gauge",
            ]
            lines += [
                f"attio_relay_{gauge.name}{_braces(labels)} {value:g}"
                for labels, value in gauge.values.items()
            ]
        return "\n".join(lines) + "\n"


def _braces(labels: Iterable[tuple[str, str]]) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
