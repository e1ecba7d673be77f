"""The scheduler keeps its promises whatever happens, and the test that says so would notice if it did not."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from attio_relay.store.database import Database
from attio_relay.store.postgres import PostgresDatabase
from integration_tests.relay.planted_bugs import BUGS, STORIES
from integration_tests.relay.schedule_machine import Parts, Story, machine, tell_again
from integration_tests.relay.stores import quick_database

# More of them by hand: RELAY_EXAMPLES=4000 pytest integration_tests/relay/test_relay_schedule.py
EXAMPLES = int(os.environ.get("RELAY_EXAMPLES", "300"))
# Thousands of stores that live for milliseconds need no disk, where the machine offers another place.
IN_MEMORY = Path("/dev/shm")  # noqa: S108 (the folder made in it is private)
CALM = {"deadline": None, "suppress_health_check": list(HealthCheck), "stateful_step_count": 20}

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def sqlite_files() -> Iterator[Callable[[], Database]]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        count = iter(range(10**9))
        yield lambda: quick_database(Path(folder) / f"{next(count)}.db")


@pytest.mark.slow(seconds=40)
def test_the_schedule_keeps_its_promises_on_sqlite(sqlite_files: Callable[[], Database]) -> None:
    """Events, repeats, crashes, lost answers and foreign syncs in any order break no invariant."""
    run_state_machine_as_test(
        machine(sqlite_files, Parts()), settings=settings(max_examples=EXAMPLES, print_blob=True, **CALM)
    )


@pytest.mark.slow(seconds=15)
def test_the_schedule_keeps_its_promises_on_postgres(postgres_schema: Callable[[], str]) -> None:
    """The same on Postgres."""
    run_state_machine_as_test(
        machine(lambda: PostgresDatabase(postgres_schema()), Parts()),
        settings=settings(max_examples=max(10, EXAMPLES // 12), **CALM),
    )


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(
    bug: str, sqlite_files: Callable[[], Database], postgres_schema: Callable[[], str]
) -> None:
    """Each of eight mistakes breaks an invariant, on Postgres too; the same story without it breaks none."""
    story = STORIES[bug]
    if not is_broken(story, sqlite_files, BUGS[bug]):
        story = searched(sqlite_files, BUGS[bug])

    assert is_broken(story, lambda: PostgresDatabase(postgres_schema()), BUGS[bug])
    tell_again(story, lambda: PostgresDatabase(postgres_schema()), Parts())


def is_broken(story: Story, opener: Callable[[], Database], parts: Parts) -> bool:
    """Whether the story breaks an invariant."""
    try:
        tell_again(story, opener, parts)
    except AssertionError:
        return True
    return False


def searched(opener: Callable[[], Database], parts: Parts) -> Story:
    """Another story that breaks an invariant, where the known one does not any more."""
    searching = settings(max_examples=2000, phases=[Phase.generate], derandomize=True, database=None, **CALM)
    suspect = machine(opener, parts)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(suspect, settings=searching)
    return list(suspect.story)
