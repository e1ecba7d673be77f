"""Spans for OpenTelemetry, and none without it."""

import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from attio_relay import traces
from unit_tests.attio_relay.asking import Asked, delivery, event

WITHOUT = """
import sys

sys.modules["opentelemetry"] = None
from attio_relay.traces import span

with span("x"):
    print("runs")
"""


class Tracer:
    """Notes the spans that are begun, as an SDK would."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, dict[str, Any]]] = []

    def start_as_current_span(self, name: str, attributes: dict[str, Any]) -> AbstractContextManager[None]:
        self.begun.append((name, attributes))
        return nullcontext()


def test_a_delivery_is_received_and_stored_in_spans(relay: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and counts are told, contents never."""
    tracer = Tracer()
    monkeypatch.setattr(traces, "TRACER", tracer)
    relay.deliver(delivery(event()))

    assert ("attio_relay.receive", {"attio_relay.route": "acme"}) in tracer.begun
    assert ("attio_relay.store", {"attio_relay.deliveries": 1}) in tracer.begun


def test_the_relay_runs_without_opentelemetry() -> None:
    """Without the package a span is nothing."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert "runs\n" == done.stdout
