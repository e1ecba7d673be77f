"""What holds for every test: no property depends on how fast the machine is, and long tests begin first."""

import gc
import os
import signal
from collections.abc import Generator
from itertools import islice
from operator import itemgetter

import pytest
from hypothesis import HealthCheck, settings

# A property is about its outcome; how long examples take depends on what else the machine does.
# On a build machine Hypothesis' own profile is in force, with the same examples each time: this goes on top.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

# A shell starts what runs in its background with Ctrl-C ignored, and the programs of a test inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave the modules and the tests, a million objects that last, out of every garbage collection.

    Else each collection takes a third of a second, and all of them a tenth of the tests' processor time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000)
        gc.enable()


def pytest_unconfigure() -> None:
    """Let the interpreter free at its end what was left out: a library complains of what stays."""
    gc.unfreeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest, in every process: one that is begun last is waited for.

    Each process is given as many tests as the others, one after the other in their order, and takes tests of
    the others when its own are done. What is slow goes to the process with the least to do so far.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    shares: list[tuple[int, list[pytest.Item]]] = [(0, []) for _ in range(processes)]
    for seconds, tests in sorted(_slow(items), key=itemgetter(0), reverse=True):
        least = min(range(processes), key=lambda one: shares[one][0])
        shares[least] = (shares[least][0] + seconds, [*shares[least][1], *tests])
    quick = iter([item for item in items if item.get_closest_marker("slow") is None])
    left, dealt = len(items), list[pytest.Item]()
    for process, (_, own) in enumerate(shares):
        share = left // (processes - process)
        dealt += [*own, *islice(quick, max(share - len(own), 0))]
        left -= share
    items[:] = [*dealt, *quick]


def _slow(items: list[pytest.Item]) -> list[tuple[int, list[pytest.Item]]]:
    """About how long the slow tests take, and which they are; a file of one fixture counts as one."""
    found: dict[str, tuple[int, list[pytest.Item]]] = {}
    for item in items:
        if slow := item.get_closest_marker("slow"):
            together = slow.kwargs.get("together", False)
            seconds = int(slow.kwargs.get("seconds", 10))
            _, tests = found.setdefault(str(item.path) if together else item.nodeid, (seconds, []))
            tests.append(item)
    return [*found.values()]
