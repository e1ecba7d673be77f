"""How long the destination leaves its input unread, in played time; the platform allows two hours."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from attio_api.pace import Governor
from destination_attio.engine.assembly import Counting
from integration_tests.destination.lines import complete, configured, record, state, states
from integration_tests.in_process import MemoryDesk
from integration_tests.platform.watch import MOST_BLOCKED_SECONDS
from unit_tests.attio_api.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from destination_attio.config import DestinationConfig
    from integration_tests.destination.desk import Row

SECONDS_A_REQUEST = 50
STREAMS = ("staff", "alumni", "press", "guests", "donors")
EMPLOYED = [
    {"column": "email", "attribute": "email_addresses"},
    {"column": "company", "attribute": "company", "reference": "domains"},
]


class Paced(Counting):
    """Makes requests wait in played time."""

    def __init__(self, requests_per_second: float, clock: FakeClock) -> None:
        Governor.__init__(self, requests_per_second=requests_per_second, clock=clock, sleep=clock.sleep)
        self.made = Counter()


class PacedDesk(MemoryDesk):
    """Its client keeps to the pace of the settings, and notes how long the input was left unread."""

    def __init__(self) -> None:
        super().__init__(requests_per_second=1 / SECONDS_A_REQUEST)
        self.clock = FakeClock()
        self.longest = 0.0

    def governor(self, config: DestinationConfig) -> Counting:
        assert config.requests_per_second
        return Paced(config.requests_per_second, self.clock)

    def timed(self, lines: Sequence[Row | None]) -> Iterator[Row | None]:
        """The lines; the time from giving one out to being asked for the next is the destination's."""
        for line in lines:
            given = self.clock()
            yield line
            self.longest = max(self.longest, self.clock() - given)


def person(number: int, name: str, company: int) -> Row:
    """A row of one of the streams of people."""
    return record({"email": f"{name}{number}@example.org", "company": f"c{company}.example.com"}, name)


@pytest.mark.parametrize("last", [state(9), None, record({"domains": "other.example.com"})])
def test_rows_that_a_company_wakes_do_not_make_a_batch_too_long(last: Row | None) -> None:
    """One row brings the record that 200 rows of five streams wait for: the input is read in between.

    Whatever comes after it, and with a state for each stream, which is let out in the end.
    """
    waiting = [person(one, name, 1) for one in range(40) for name in STREAMS]
    held = [state(number, name) for number, name in enumerate(STREAMS)]
    company = record({"domains": "c1.example.com"})
    lines = [*waiting, *held, company, state(7), *[last] * 30, complete()]
    desk = PacedDesk()
    streams = [
        {"stream": name, "target": "people", "match": ["email_addresses"], "fields": EMPLOYED}
        for name in STREAMS
    ]
    said = desk.write(desk.timed(lines), *map(configured, STREAMS), configured(), streams=streams)

    assert len(waiting) == len(desk.attio.records("people"))
    assert set(range(5)) | {7} <= {one["id"] for one in states(said)}
    assert desk.longest < MOST_BLOCKED_SECONDS / 2
