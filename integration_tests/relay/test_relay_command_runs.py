"""Targets that are programs on this machine."""

import errno
import gc
import os
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from attio_relay.settings import CommandTarget
from attio_relay.targets.command import CommandRuns, kept_output, prune_runs
from attio_relay.targets.target import BlockedError, Intent, Job, JobState, LaterError
from integration_tests.relay.intents import INTENT
from integration_tests.waiting import until


def runs(folder: Path, *command: str, clock: Callable[[], float] = time.time) -> CommandRuns:
    target = CommandTarget(command=command, directory=folder, environment={"EXTRA": "yes"}, timeout="60s")
    return CommandRuns(target, folder / "runs", dict(os.environ), clock)


def ended(target: CommandRuns, job: str) -> Job:
    assert until(lambda: target.look(job).state is not JobState.RUNNING)
    return target.look(job)


@pytest.mark.parametrize(
    ("code", "state"), [("0", JobState.SUCCEEDED), ("3", JobState.SUCCEEDED), ("1", JobState.FAILED)]
)
def test_the_exit_code_says_whether_events_are_covered(tmp_path: Path, code: str, state: JobState) -> None:
    """0 and 3 (done, with rejected rows) cover, anything else does not; what was printed is kept."""
    target = runs(tmp_path, "sh", "-c", f'echo "$EXTRA $ATTIO_RELAY_CHANGES"; exit {code}')
    job = target.start(INTENT)

    assert state is ended(target, job.name).state
    assert "yes 3\n" == kept_output(tmp_path / "runs", "run-1", limit=100)


def test_a_command_gets_none_of_the_relays_secrets(tmp_path: Path) -> None:
    """It gets what it needs to run and to ask Attio, and what the file passes on by name."""
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "ATTIO_API_TOKEN": "for attio-sync",
        "ATTIO_RELAY_KEY": "seals",
        "ATTIO_RELAY_ADMIN_TOKEN": "opens",
        "ATTIO_OAUTH_CLIENT_SECRET": "signs in",
        "WAREHOUSE_PASSWORD": "asked for",
        "OTHER": "not asked for",
    }
    target = CommandTarget(command=("env",), directory=tmp_path, pass_environment=("WAREHOUSE_*",))
    running = CommandRuns(target, tmp_path / "runs", environment, time.time)
    ended(running, running.start(INTENT).name)
    output = kept_output(tmp_path / "runs", "run-1", limit=10_000) or ""
    names = {line.partition("=")[0] for line in output.splitlines()}

    assert {"PATH", "LC_ALL", "ATTIO_API_TOKEN", "WAREHOUSE_PASSWORD", "ATTIO_RELAY_RUN"} <= names
    assert not names & {"ATTIO_RELAY_KEY", "ATTIO_RELAY_ADMIN_TOKEN", "ATTIO_OAUTH_CLIENT_SECRET", "OTHER"}


def test_a_relay_that_comes_back_finds_its_programs(tmp_path: Path) -> None:
    """Another relay on the same folder sees the program run, and sees that it was killed."""
    first = runs(tmp_path, "sleep", "60")
    first.start(INTENT)
    second = runs(tmp_path, "sleep", "60")
    found = second.find(INTENT)
    pid = int((tmp_path / "runs" / "run-1" / "started").read_text().split()[0])
    os.killpg(pid, signal.SIGKILL)

    assert found is not None
    assert JobState.RUNNING is found.state
    assert JobState.FAILED is ended(first, "run-1").state
    assert (
        second.find(Intent(run_id="other", connection="c", route="r", changes=1, baseline=None, at=0)) is None
    )


def test_a_program_may_outlive_its_relay_without_a_warning(tmp_path: Path) -> None:
    """It is meant to run on, so a relay that ends first has not forgotten to wait for it."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        runs(tmp_path, "sleep", "60").start(INTENT)
        gc.collect()
    pid = int((tmp_path / "runs" / "run-1" / "started").read_text().split()[0])
    os.killpg(pid, signal.SIGKILL)

    assert [] == [str(one.message) for one in said]


def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """After its time-out the whole group of processes is killed."""
    now = [time.time()]
    target = runs(tmp_path, "sh", "-c", "sleep 60; true", clock=lambda: now[0])
    target.start(INTENT)
    now[0] += 61

    assert JobState.FAILED is ended(target, "run-1").state
    assert 1 == prune_runs(tmp_path / "runs", before=time.time() + 1)


def test_a_program_that_does_not_exist_fails(tmp_path: Path) -> None:
    """It is reported by its exit code like any other failure; a missing directory blocks."""
    target = runs(tmp_path, "no-such-program")
    target.start(INTENT)

    assert JobState.FAILED is ended(target, "run-1").state
    nowhere = CommandTarget(command=("true",), directory=tmp_path / "missing", environment={}, timeout="60s")
    with pytest.raises(BlockedError):
        CommandRuns(nowhere, tmp_path / "others", {}, time.time).start(INTENT)


def test_a_program_that_cannot_be_noted_is_not_left_running(tmp_path: Path) -> None:
    """A disk that fills up at the start ends the program: the schedule is told that nothing runs."""

    def full() -> float:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = runs(tmp_path, "sleep", "60", clock=full)
    with pytest.raises(LaterError, match="No space left on device"):
        target.start(INTENT)

    assert JobState.FAILED is ended(target, "run-1").state


def test_a_child_that_stays_does_not_keep_the_run(tmp_path: Path) -> None:
    """A program that ended has ended, also when something it started goes on with its files open."""
    target = runs(tmp_path, "sh", "-c", "sleep 600 & echo $! > stayed; exit 0")
    target.start(INTENT)
    found = ended(target, "run-1")
    os.kill(int((tmp_path / "stayed").read_text()), signal.SIGKILL)

    assert JobState.SUCCEEDED is found.state


def test_a_child_that_stays_does_not_keep_a_run_that_was_killed(tmp_path: Path) -> None:
    """A program that was killed with its shell has ended: for its own relay, and for one that comes later."""
    stay = 'setsid sh -c "echo \\$\\$ > stayed; exec sleep 600" & until test -s stayed; do :; done;'
    first = runs(tmp_path, "sh", "-c", f"{stay} kill -9 $PPID $$")
    first.start(INTENT)
    found = [ended(each, "run-1") for each in (first, runs(tmp_path, "true"))]
    os.kill(int((tmp_path / "stayed").read_text()), signal.SIGKILL)

    assert [JobState.FAILED] * 2 == [each.state for each in found]
    assert "was killed before it ended" in (found[0].detail or "")


def test_what_a_program_prints_is_for_the_relays_user_alone(tmp_path: Path) -> None:
    """Output, lock and folder."""
    target = runs(tmp_path, "true")
    target.start(INTENT)
    ended(target, "run-1")
    folder = tmp_path / "runs" / "run-1"

    assert 0o700 == folder.stat().st_mode & 0o777
    assert {0o600} == {(folder / name).stat().st_mode & 0o777 for name in ("output.log", "lock")}
