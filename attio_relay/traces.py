"""OpenTelemetry spans where its API is installed (extra `traces`); otherwise spans do nothing.

The relay depends on the API alone, one small package. The operator chooses where spans go: run the relay
under `opentelemetry-instrument`, or with an SDK configured by the environment.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

try:
    from opentelemetry import trace
except ImportError:
    TRACER = None
else:
    # Without an SDK the API's own spans do nothing, and take a tenth of a delivery's time.
    idle = isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    TRACER = None if idle else trace.get_tracer("attio_relay")


def span(name: str, **attributes: str | int) -> AbstractContextManager[object]:
    """A span named `attio_relay.NAME`; attributes are names and counts, never contents."""
    if TRACER is None:
        return nullcontext()
    named = {f"attio_relay.{key}": value for key, value in attributes.items()}
    return TRACER.start_as_current_span(f"attio_relay.{name}", attributes=named)
