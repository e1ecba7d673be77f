from __future__ import annotations

import io

import pytest
from rich.console import Console

from attio_sync.show.terminal import SECONDS_BETWEEN_LINES, Ticker, counted


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_log_gets_a_plain_line_now_and_then() -> None:
    """Between two lines in a log lies some time, however often the work tells where it stands."""
    clock, log = Clock(), io.StringIO()
    ticker = Ticker(Console(file=log), clock=clock)
    for done in range(100):
        ticker.tell(f"{done} of 100 rows", done=done, total=100)
        clock.now += SECONDS_BETWEEN_LINES / 40

    assert ["40 of 100 rows (40 %)", "80 of 100 rows (80 %)"] == log.getvalue().splitlines()


def test_a_terminal_gets_one_line_that_moves_and_goes() -> None:
    """The line is redrawn in place, and what stays is what was meant to stay."""
    screen = io.StringIO()
    ticker = Ticker(Console(file=screen, force_terminal=True, width=60), clock=Clock())
    with ticker.running("comparing"):
        ticker.tell("1 of 2 rows", done=1, total=2)
        ticker.note("A remark.")

    assert "1 of 2 rows" in screen.getvalue()
    assert "A remark.\n" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")


def test_work_that_is_heard_is_shown_until_it_ends() -> None:
    """A file is read again later, when other work is shown."""
    clock, log = Clock(), io.StringIO()
    with Ticker(Console(file=log), clock=clock).hearing("reading a.csv") as heard:
        clock.now += SECONDS_BETWEEN_LINES
        heard(1_000, 4_000)
    clock.now += SECONDS_BETWEEN_LINES
    heard(2_000, 4_000)

    assert ["reading a.csv (25 %)"] == log.getvalue().splitlines()


@pytest.mark.parametrize(("count", "expected"), [(0, "0 rows"), (1, "1 row"), (1234, "1,234 rows")])
def test_one_row_is_no_rows(count: int, expected: str) -> None:
    """A noun agrees with its count."""
    assert expected == counted(count, "row")
