"""A batch is never so large that the platform takes the destination for stuck while it is written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attio_api.pace import Governor
from destination_attio.airbyte import commands
from destination_attio.airbyte.batch_size import SAFE_SECONDS, rows_of_a_batch
from destination_attio.config import DestinationConfig
from destination_attio.session import Session

HOURS_OF_THE_PLATFORM = 7200.0


@pytest.mark.parametrize(
    ("settings", "rows"),
    [
        ({}, 10_000),
        ({"batch_rows": 5}, 5),
        ({"batch_rows": 100_000}, 29_702),
        ({"requests_per_second": 50}, 10_000),
        ({"requests_per_second": 5}, 5940),
        ({"requests_per_second": 1}, 1188),
        ({"requests_per_second": 1, "batch_rows": 100}, 100),
        ({"requests_per_second": 0.01}, 11),
        ({"requests_per_second": 5000, "batch_rows": 100_000}, 100_000),
    ],
)
def test_a_batch_can_be_written_at_the_pace_in_force(settings: dict[str, Any], rows: int) -> None:
    """The usual batch stays as it is; a slow pace makes it smaller, the slowest eleven rows."""
    config = DestinationConfig.parse({"credentials": {"access_token": "t"}, **settings})
    with Session.open(config) as session:
        assert rows == commands.batch_rows(session)


@given(wanted=st.integers(1, 100_000), pace=st.floats(0.001, 25))
def test_no_pace_makes_a_batch_too_long(wanted: int, pace: float) -> None:
    """A batch of more than one row is written in a sixth of the platform's time, with one write a row."""
    rows = rows_of_a_batch(wanted, pace)

    assert 1 <= rows <= wanted
    assert rows == 1 or rows / pace <= SAFE_SECONDS * (1 + 1e-9)
    assert HOURS_OF_THE_PLATFORM >= 6 * SAFE_SECONDS


@pytest.mark.parametrize(("together", "writes"), [(None, 25), (100, 25), (10, 10), (1, 1), (0.5, 0.5)])
def test_the_pace_in_force_is_the_narrowest_limit(together: float | None, writes: float) -> None:
    """A limit of reads and writes together counts where it is below the limit of writes."""
    assert pytest.approx(writes / 1.01) == Governor(requests_per_second=together).most_a_second("write")
