"""Whatever one neighbour does at one moment, or several at several, the relay's promises hold."""

import os
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from attio_relay.scheduling.scheduler import Scheduler
from attio_relay.store import webhooks
from attio_relay.store.database import Database
from attio_relay.store.postgres import PostgresDatabase
from attio_relay.targets.airbyte import AirbyteJobs
from attio_relay.targets.signed_http import SignedCalls
from attio_relay.targets.target import Job, JobState
from integration_tests.relay.neighbourhood import World, history
from integration_tests.relay.neighbours import FAULTS
from integration_tests.relay.stores import quick_database

# All of them by hand: RELAY_HISTORIES=1000 pytest integration_tests/relay/test_relay_neighbourhood.py
HISTORIES = int(os.environ.get("RELAY_HISTORIES", "80"))
IN_MEMORY = Path("/dev/shm")  # noqa: S108 (the folder made in it is private)
TARGETS = ["airbyte", "http"]
KINDS = sorted({fault for faults in FAULTS.values() for fault in faults})

pytestmark = pytest.mark.usefixtures("quiet")


@contextmanager
def sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        database = quick_database(Path(folder) / "relay.db")
        yield database
        database.close()


def live(database: Database, target: str, plan: Mapping[int, str]) -> World:
    world = World(database, target, plan)
    history(world)
    return world


def every_single_fault(target: str) -> list[tuple[int, str]]:
    """Each call and commit of a calm history, with each thing that can go wrong at it."""
    with sqlite() as database:
        paid = live(database, target, {}).paid
    return [(number, fault) for number, kind in enumerate(paid) for fault in FAULTS[kind]]


def several_faults(seed: int, length: int) -> dict[int, str]:
    chance = random.Random(seed)
    return {chance.randrange(length): chance.choice(KINDS) for _ in range(chance.choice([2, 3, 5, 8, 15]))}


@pytest.mark.parametrize("target", TARGETS)
def test_one_fault_breaks_no_promise(target: str) -> None:
    """Each fault at each call and commit: spread over a test run, every one of them by hand."""
    faults = every_single_fault(target)
    for number, fault in faults[:: max(1, len(faults) // HISTORIES)]:
        with sqlite() as database:
            live(database, target, {number: fault})


@pytest.mark.parametrize("target", TARGETS)
def test_several_faults_break_no_promise(target: str) -> None:
    """Two to fifteen faults in one history, at moments that chance chooses."""
    length = len(every_single_fault(target))
    for seed in range(HISTORIES // 2):
        with sqlite() as database:
            live(database, target, several_faults(seed, length // 4))


@pytest.mark.parametrize("target", TARGETS)
def test_the_promises_hold_on_postgres(target: str, postgres_schema: Callable[[], str]) -> None:
    """The same on Postgres, in fewer histories."""
    faults = every_single_fault(target)
    for number, fault in faults[:: max(1, len(faults) // max(10, HISTORIES // 12))]:
        database = PostgresDatabase(postgres_schema())
        live(database, target, {number: fault})
        database.close()


class NeverSettles(AirbyteJobs):
    """Takes a job that is not there yet for one that was never made."""

    settle = 0.0


class AdoptsTheLast(AirbyteJobs):
    """Takes an old job for the one whose start was not answered."""

    def baseline(self) -> str | None:
        return "0"


class ForgetsWhatWasAnswered(SignedCalls):
    """Takes a call that was answered, and noted, for one that was cut off."""

    def look(self, job: str) -> Job:
        return Job(name=job, state=JobState.FAILED)


def no_gap_in_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "mark", lambda *_: None)


def a_refused_repeat_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attio_relay.scheduling.scheduler.WHEN_REPEATED", _when_started())


def _when_started() -> Any:
    from attio_relay.scheduling.scheduler import WHEN_STARTED  # noqa: PLC0415 (beside what it replaces)

    return WHEN_STARTED


def class_of(kind: type) -> Callable[[pytest.MonkeyPatch], None]:
    name = "AirbyteJobs" if issubclass(kind, AirbyteJobs) else "SignedCalls"
    return lambda monkeypatch: monkeypatch.setattr(f"integration_tests.relay.neighbourhood.{name}", kind)


def starts_anew_without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scheduler, "_may_still_appear", lambda *_: False)


def a_renewed_lease_is_misdated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attio_relay.store.leases.MISDATED", 0.0)


Plant = Callable[[pytest.MonkeyPatch], None]
# Each with what must go wrong, at whichever moment, for it to show, and the first moment to try.
BUGS: dict[str, tuple[str, Plant, list[str], int]] = {
    "a gap that no commit shows": ("airbyte", no_gap_in_the_commit, ["none"], 0),
    "a start that never settles": ("airbyte", class_of(NeverSettles), ["late"], 13),
    "an old job is ours": ("airbyte", class_of(AdoptsTheLast), ["cut"], 151),
    "an answered call was cut off": ("http", class_of(ForgetsWhatWasAnswered), ["kill_after"], 12),
    "a job is not looked for": ("airbyte", starts_anew_without_looking, ["late"], 13),
    "a lease renewed a moment ago is stolen": ("airbyte", a_renewed_lease_is_misdated, ["none"], 0),
    "a refused repeat ends the run": (
        "http",
        a_refused_repeat_ends_the_run,
        ["fail", "none", "none", "refused"],
        12,
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these mistakes breaks a promise in one of the histories, and none of them without it."""
    target, plant, faults, first = BUGS[bug]
    with sqlite() as database:
        moments = range(len(live(database, target, {}).paid))
    plans = [
        {moment + n: fault for n, fault in enumerate(faults)}
        for moment in [*moments[first:], *moments[:first]]
    ]
    plant(monkeypatch)
    broken = next((plan for plan in plans if breaks(target, plan)), None)
    monkeypatch.undo()

    assert broken is not None
    assert not breaks(target, broken)


def breaks(target: str, plan: Mapping[int, str]) -> bool:
    with sqlite() as database:
        try:
            live(database, target, plan)
        except AssertionError:
            return True
    return False
