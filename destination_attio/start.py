"""The command `destination-attio` as it is installed: says what is missing where its extra is not."""

from __future__ import annotations

from attio_api.installed import start


def main() -> None:
    """Console entry point."""
    start("destination_attio.run", "run", command="destination-attio", extra="destination")
