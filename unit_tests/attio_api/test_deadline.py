import threading

import pytest

from attio_api.deadline import OverdueError, age_told, process_age, seconds_left, within


def test_what_is_done_in_time_is_returned() -> None:
    """The work's result comes back, from a thread that is gone afterwards."""
    assert 42 == within(60, lambda: 42)


def test_what_the_work_raises_is_raised() -> None:
    """A failure is the caller's, as if there were no thread."""
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 // 0)


def test_work_without_an_end_is_left_alone() -> None:
    """The caller goes on while the work still runs."""
    gate = threading.Event()
    try:
        with pytest.raises(OverdueError):
            within(0, gate.wait)
    finally:
        gate.set()


@pytest.mark.parametrize(("age", "left"), [(0.0, 25.0), (11.5, 13.5), (24.0, 2.0), (300.0, 2.0)])
def test_a_slow_start_is_taken_from_the_time_of_a_check(age: float, left: float) -> None:
    """The platform's half minute begins with the command; a little is always left for the question."""
    assert left == seconds_left(lambda: age)


@pytest.mark.parametrize("name", ["python", "my (odd) name", "a b) c"])
def test_the_age_of_a_process_is_read_behind_its_name(name: str) -> None:
    """Linux puts the name in brackets, whatever it holds; the beginning is the 22nd member."""
    told = f"7 ({name}) S {' '.join(map(str, range(4, 22)))} 12345 23 24"

    assert 1000.0 - 123.45 == pytest.approx(age_told(told, ticks=100, uptime=1000.0))


def test_a_process_knows_its_age() -> None:
    """It grows with the time, and is less than the machine's own."""
    first, second = process_age(), process_age()

    assert 0 <= first <= second
