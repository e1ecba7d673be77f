"""How many rows are taken before they are written.

The destination reads no input while it writes a batch, and Airbyte ends a sync whose destination has read
nothing for two hours.
"""

from __future__ import annotations

from typing import Final

SAFE_SECONDS: Final = 1200.0
"""The longest that a batch may take with one write a row.

That is a sixth of Airbyte's two hours: a row may need more than one request, and Attio may ask for pauses.
"""


def rows_of_a_batch(wanted: int, writes_per_second: float) -> int:
    """The rows that the settings want, or fewer where those could not be written in a safe time."""
    return max(min(wanted, int(SAFE_SECONDS * writes_per_second)), 1)
