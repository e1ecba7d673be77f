"""The command `source-attio` as it is installed; without the extra it says which line installs it."""

from __future__ import annotations

from attio_api.installed import ask_for_help, specification_beside, start


def main() -> None:
    """Console entry point."""
    ask_for_help()
    start(
        "source_attio.run",
        "run",
        command="source-attio",
        extra="source",
        at_once=lambda arguments: specification_beside(__file__, arguments),
        needs="airbyte_cdk",
    )
