"""Console entry of `destination-attio`."""

import sys

from destination_attio.destination import DestinationAttio


def run() -> None:
    """Run one command of Airbyte's."""
    sys.exit(DestinationAttio().main(sys.argv[1:]))
