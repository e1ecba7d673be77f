"""How a run begins and ends, and what the journal says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_api.errors import Misconfigured
from destination_attio.engine.run_context import new_run_id
from destination_attio.engine.signals import RunStopped
from destination_attio.model.plan import Counts
from destination_attio.storage.journal import Journal
from destination_attio.storage.leases import TargetBusy
from destination_attio.storage.rejects import Nowhere, RejectsFile
from unit_tests.destination_attio.contexts import NOON, context

if TYPE_CHECKING:
    from pathlib import Path

    import requests_mock


def journaled(folder: Path) -> list[tuple[str, str]]:
    """The kind and the end of each run."""
    with Journal.open(folder / "journal.duckdb", read_only=True) as journal:
        return sorted((one.kind, one.status) for one in journal.runs())


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(None, "done"), (RunStopped, "stopped"), (KeyboardInterrupt, "stopped"), (ValueError, "failed")],
)
def test_a_run_ends_as_it_ended(
    requests_mock: requests_mock.Mocker,
    tmp_path: Path,
    trouble: type[BaseException] | None,
    status: str,
) -> None:
    """Whoever stops it, and whatever stops it: the journal has its end, and the trouble goes on."""

    def run() -> None:
        with context(requests_mock, tmp_path) as made, made.running("push", "notes", Counts):
            if trouble:
                raise trouble

    if trouble:
        with pytest.raises(trouble):
            run()
    else:
        run()

    assert [("push", status)] == journaled(tmp_path)


def test_a_stop_that_nobody_has_raised_ends_the_run_as_stopped(
    requests_mock: requests_mock.Mocker, tmp_path: Path
) -> None:
    """It is raised at the end of the run at the latest."""
    with (
        context(requests_mock, tmp_path) as made,
        pytest.raises(RunStopped),
        made.running("push", "notes", Counts),
    ):
        made.stop.ask()

    assert [("push", "stopped")] == journaled(tmp_path)


def test_two_runs_in_one_context_have_ids_of_their_own(
    requests_mock: requests_mock.Mocker, tmp_path: Path
) -> None:
    """They can be undone one by one; one that died before counts as failed."""
    with context(requests_mock, tmp_path) as made:
        made.begin("push", "notes")
        with made.running("revert", "notes", Counts, reverts="r"):
            assert made.journal
            first, second = (one.status for one in made.journal.runs()[::-1])

    assert {"failed", "running"} == {first, second}
    assert [("push", "failed"), ("revert", "done")] == journaled(tmp_path)
    assert new_run_id(NOON) != new_run_id(NOON)


def test_a_second_run_on_a_target_is_refused(requests_mock: requests_mock.Mocker, tmp_path: Path) -> None:
    """Whatever its journal, while the first one writes; on another target it goes."""
    (tmp_path / "other").mkdir()
    with context(requests_mock, tmp_path) as first, context(requests_mock, tmp_path / "other") as second:
        second._leases = tmp_path  # noqa: SLF001 (one folder for the leases of both)
        with first.running("push", "notes", Counts):
            with second.running("push", "tasks", Counts):
                pass
            with pytest.raises(TargetBusy), second.running("push", "notes", Counts):
                pass


def test_rejected_rows_are_kept_beside_the_journal(
    requests_mock: requests_mock.Mocker, tmp_path: Path
) -> None:
    """Without a place of their own and without a journal they are kept nowhere, which the run knows."""
    journal = {"path": str(tmp_path / "j.duckdb")}
    with context(requests_mock, tmp_path, journal=journal) as beside:
        assert isinstance(beside.rejects, RejectsFile)
    with context(requests_mock, tmp_path) as nowhere:
        assert isinstance(nowhere.rejects, Nowhere)


def test_a_dead_token_ends_it_before_anything_is_journaled(
    requests_mock: requests_mock.Mocker, tmp_path: Path
) -> None:
    """No run is in the journal that could not begin."""
    with context(requests_mock, tmp_path) as made:
        requests_mock.get("https://attio.test/v2/self", json={"active": False})
        with pytest.raises(Misconfigured), made.running("push", "notes", Counts):
            pass

    assert [] == journaled(tmp_path)
