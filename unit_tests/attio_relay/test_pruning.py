"""Forgetting old rows a little at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from attio_relay.scheduling.pruning import AT_ONCE, PAUSE, REST, Pruning
from attio_relay.settings import RetentionConfig
from attio_relay.store.deliveries import Delivery
from attio_relay.store.store import Store
from unit_tests.attio_relay.asking import Asked

LATER = 1e11
TAKES = 0.5


def pruning(store: Store, folder: Path, stopped: Callable[[float], bool]) -> Pruning:
    ticks = iter(range(1000))
    return Pruning(
        store,
        RetentionConfig.model_validate({}),
        folder,
        clock=lambda: LATER,
        stopwatch=lambda: TAKES * next(ticks),
        stopped=stopped,
    )


@pytest.fixture
def store(relay: Asked) -> Store:
    found = relay.relay.store
    messages = [
        Delivery(route="acme", webhook_id="w", idempotency_key=f"k{n}", received_at=float(n))
        for n in range(2 * AT_ONCE + 1)
    ]
    found.delivery_store.accept(messages)
    return found


def test_pruning_leaves_the_disk_to_deliveries(store: Store, tmp_path: Path) -> None:
    """Between two commits it rests for longer than the last one took."""
    rests: list[float] = []

    def stopped(seconds: float) -> bool:
        rests.append(seconds)
        return False

    pruning(store, tmp_path, stopped).work()

    assert {"deliveries": 0, "dead": 0} == store.delivery_store.counts()
    assert {max(PAUSE, REST * TAKES)} == set(rests)


@pytest.mark.parametrize(("takes", "commits"), [(0.001, 3), (0.5, 7)])
def test_a_commit_that_takes_long_is_followed_by_smaller_ones(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: float, commits: int
) -> None:
    """200 rows, 100, 50, 25, 12, 10 and the last 4; where the disk is quick, 200 each time."""
    monkeypatch.setattr("unit_tests.attio_relay.test_pruning.TAKES", takes)
    rests: list[float] = []
    pruning(store, tmp_path, lambda seconds: bool(rests.append(seconds))).work()

    assert commits == len(rests)


def test_pruning_ends_when_the_relay_ends(store: Store, tmp_path: Path) -> None:
    """What is left waits for the next start."""
    pruning(store, tmp_path, lambda _: True).work()

    assert AT_ONCE + 1 == store.delivery_store.counts()["deliveries"]
