"""The door for answers that arrive: a few at a time, fewer when they are big, and always one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest

from source_attio.read.download_gate import DownloadGate


class Visitors:
    """Count how many are inside at once."""

    def __init__(self, door: DownloadGate, together: int) -> None:
        self.door, self.inside, self.most = door, 0, 0
        self.lock, self.meeting = Lock(), Barrier(together, timeout=60)

    def visit(self, _: int) -> None:
        with self.door:
            with self.lock:
                self.inside += 1
                self.most = max(self.most, self.inside)
            # As many as are let in must meet here, or nobody goes on.
            self.meeting.wait()
            with self.lock:
                self.inside -= 1


@pytest.mark.parametrize(("body_bytes", "together"), [(1, 4), (50, 2), (100, 1), (1000, 1)])
def test_as_many_come_in_as_fit(body_bytes: int, together: int) -> None:
    """Four small answers, two of half the room, one that is bigger than all of it."""
    door = DownloadGate(bodies=4, most_bytes=100)
    door.weigh(1)
    door.weigh(body_bytes)
    visitors = Visitors(door, together)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visitors.visit, range(8)))

    assert together == visitors.most


def test_a_failure_inside_makes_room() -> None:
    """Whoever fails leaves the door open for the next."""
    door = DownloadGate(bodies=1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), door:
            raise ZeroDivisionError
