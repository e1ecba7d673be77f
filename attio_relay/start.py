"""The command `attio-relay` as it is installed: says what is missing where its extra is not."""

from __future__ import annotations

from attio_api.installed import start


def main() -> None:
    """Console entry point."""
    start("attio_relay.cli", "main", command="attio-relay", extra="relay")
