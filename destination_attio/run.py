"""Console entry of `destination-attio`."""

import gc
import sys
from typing import Final

from destination_attio.airbyte.commands import main

_YOUNG: Final = 50_000
"""Rows, values and answers are trees: seeking cycles after every 700 new objects took a fifth of a run."""


def run() -> None:
    """Run one command of Airbyte's."""
    gc.set_threshold(_YOUNG)
    sys.exit(main(sys.argv[1:]))
