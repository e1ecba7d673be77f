"""Console entry of `destination-attio`."""

import sys

from destination_attio.airbyte.commands import main


def run() -> None:
    """Run one command of Airbyte's."""
    sys.exit(main(sys.argv[1:]))
