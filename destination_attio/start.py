"""The installed command `destination-attio`: names the missing extra where it is not installed."""

from __future__ import annotations

from attio_api.installed import ask_for_help, specification_beside, start


def main() -> None:
    """Console entry point."""
    ask_for_help()
    start(
        "destination_attio.run",
        "run",
        command="destination-attio",
        extra="destination",
        at_once=lambda arguments: specification_beside(__file__, arguments),
        needs="airbyte_cdk",
    )
