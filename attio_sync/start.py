"""The command `attio-sync` as it is installed: says what is missing where its extra is not."""

from __future__ import annotations

from attio_api.installed import start


def main() -> None:
    """Console entry point."""
    start("attio_sync.cli", "main", command="attio-sync", extra="sync")
