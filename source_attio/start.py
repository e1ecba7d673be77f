"""The command `source-attio` as it is installed: says what is missing where its extra is not."""

from __future__ import annotations

from attio_api.installed import start


def main() -> None:
    """Console entry point."""
    start("source_attio.run", "run", command="source-attio", extra="source")
