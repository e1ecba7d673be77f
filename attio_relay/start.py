"""Entry point of `attio-relay`: reports a missing extra in one sentence."""

from __future__ import annotations

from attio_api.installed import start


def main() -> None:
    """Console entry point."""
    start("attio_relay.cli", "main", command="attio-relay", extra="relay")
