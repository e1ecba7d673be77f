"""The test of the promise catches each of the bugs that `planted_bugs` plants one by one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from duckdb import CatalogException
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from attio_api.errors import Misconfigured, Unreadable
from attio_sync.loading import renames
from source_attio.changes import resumption
from source_attio.streams import vanished
from unit_tests.attio_sync import test_renames
from unit_tests.source_attio import test_resumption
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.histories import Histories
from unit_tests.source_attio.planted_bugs import PLANTED, Plant

# How long a bug takes to be found is chance, and how busy the machine is.
pytestmark = pytest.mark.timeout(1200)
STORIES: dict[str, list[tuple[str, dict[str, Any]]]] = json.loads(
    (Path(__file__).parent / "planted_stories.json").read_text()
)
"""For each bug a history that shows it, step by step."""


@pytest.mark.parametrize(("plant", "machine"), PLANTED, ids=lambda each: getattr(each, "__name__", str(each)))
def test_the_promise_catches(plant: Plant, machine: type[Histories], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bug in place, some history ends with a warehouse that is not what Attio holds.

    The one that showed the bug before is told first, and ends well without it; where it shows nothing any
    more, others are looked through.
    """
    story = STORIES[plant.__name__]
    tell(machine, story)
    plant(monkeypatch)
    with pytest.raises((AssertionError, Unreadable)):
        tell_or_search(machine, story)


def tell(machine: type[Histories], story: list[tuple[str, dict[str, Any]]]) -> None:
    """Take the steps of a story, and the look at its end that each history closes with."""
    told = machine()
    try:
        for name, how in story:
            getattr(told, name)(**how)
    finally:
        told.teardown()


def tell_or_search(machine: type[Histories], story: list[tuple[str, dict[str, Any]]]) -> None:
    """Tell the story; if it ends well, look through other histories until one does not."""
    tell(machine, story)
    until_found = settings(
        max_examples=500,
        stateful_step_count=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=until_found)  # type: ignore[no-untyped-call]  # hypothesis does not type it


# --- bugs that a small case of its own shows at less cost than a history ----------------------------


def implausible_share_believed(patch: pytest.MonkeyPatch) -> None:
    """However many rows are gone at once, each is marked."""
    patch.setattr(vanished, "refuse_implausible", lambda *_: iter(()))


def damaged_members_trusted(patch: pytest.MonkeyPatch) -> None:
    """The members of a state are used as they are."""
    patch.setattr(resumption, "_check", lambda _: None)


def damaged_state_taken_for_none(patch: pytest.MonkeyPatch) -> None:
    """After a damaged state the sync begins as if nothing had been delivered before."""
    patch.setattr(resumption, "_begin_again", lambda *_: None)


def stale_tables_left(patch: pytest.MonkeyPatch) -> None:
    """A table is known by its name alone."""
    patch.setattr(renames, "_targets", lambda _: {})


def a_mass_of_deletions(_: Path) -> None:
    """Most rows of a stream are gone from one sync to the next."""
    made = bench(120)
    made.sync(["companies"])
    for record_id in list(made.tables["companies"])[:110]:
        made.api("DELETE", f"/v2/objects/companies/records/{record_id}")
    with pytest.raises(Misconfigured):
        made.sync(["companies"])


def a_state_without_a_version(_: Path) -> None:
    test_resumption.test_a_damaged_state_delivers_everything_again_and_outranks_it({"version": None})


def a_memory_that_is_none(_: Path) -> None:
    test_resumption.test_a_damaged_state_delivers_everything_again_and_outranks_it({"rows": "%%%"})


def a_renamed_object(folder: Path) -> None:
    with test_renames.tables_of_two(folder) as warehouse:
        test_renames.test_a_table_follows_its_object(warehouse)


def an_object_that_is_gone(folder: Path) -> None:
    with test_renames.tables_of_two(folder) as warehouse:
        test_renames.test_a_table_without_an_object_stays_and_is_named(warehouse, everything=True)


@pytest.mark.parametrize(
    ("plant", "case"),
    [
        (implausible_share_believed, a_mass_of_deletions),
        (damaged_members_trusted, a_state_without_a_version),
        (damaged_state_taken_for_none, a_memory_that_is_none),
        (stale_tables_left, a_renamed_object),
        (stale_tables_left, an_object_that_is_gone),
    ],
    ids=lambda each: each.__name__,
)
def test_a_small_case_catches(
    plant: Plant, case: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that ends well fails with the bug in place."""
    for name in ("well", "planted"):
        (tmp_path / name).mkdir()
    case(tmp_path / "well")
    plant(monkeypatch)
    with pytest.raises((AssertionError, KeyError, TypeError, CatalogException, pytest.fail.Exception)):
        case(tmp_path / "planted")
