import threading

import pytest

from attio_api.deadline import OverdueError, is_deserted, within


def test_what_is_done_in_time_is_returned() -> None:
    """The work's result comes back, from a thread that is gone afterwards."""
    assert 42 == within(60, lambda: 42)


def test_what_the_work_raises_is_raised() -> None:
    """A failure is the caller's, as if there were no thread."""
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 // 0)


def test_work_without_an_end_is_left_alone() -> None:
    """The caller goes on, and can tell that the work still runs."""
    gate = threading.Event()
    try:
        with pytest.raises(OverdueError):
            within(0, gate.wait)
        assert is_deserted()
    finally:
        gate.set()
