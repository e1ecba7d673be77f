"""What holds for every test: no property depends on how fast the machine is, and long tests begin first."""

import gc
import signal
from collections.abc import Generator

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
    """Begin with the tests that take longest: else one process waits for another, which began one last."""
    items.sort(key=_seconds, reverse=True)


def _seconds(item: pytest.Item) -> int:
    """About how long a test takes; 0 when it is not marked as slow."""
    slow = item.get_closest_marker("slow")
    return int(slow.kwargs.get("seconds", 10)) if slow else 0
