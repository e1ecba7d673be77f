from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from attio_sync.demo.stage import Interruption, Stage, end_runs, program, serving, typed, wait_for
from attio_sync.failures import Failed, WrongUsage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(folder=tmp_path, interruption=Interruption(), environment={})


def test_ctrl_c_waits_while_a_program_is_started() -> None:
    """Until it is noted, so that no program runs on which nobody could stop; then it ends the demo."""
    interruption, noted = Interruption(), list[str]()

    def starts() -> None:
        with interruption.held():
            interruption(signal.SIGINT, None)
            noted.append("program")

    with pytest.raises(KeyboardInterrupt):
        starts()
    assert ["program"] == noted
    with pytest.raises(KeyboardInterrupt):
        interruption(signal.SIGTERM, None)


def test_signals_are_given_back_after_the_demo() -> None:
    """As they were handled before, also after an error."""
    before = signal.getsignal(signal.SIGTERM)

    def breaks() -> None:
        with Interruption().listening():
            assert before != signal.getsignal(signal.SIGTERM)
            raise LookupError

    with pytest.raises(LookupError):
        breaks()
    assert before == signal.getsignal(signal.SIGTERM)


def test_a_command_that_fails_ends_the_demo_with_what_it_said(stage: Stage) -> None:
    """Unless the story expects its exit code."""
    with pytest.raises(Failed, match=r"'attio-sync histry' ended with 2: (.|\n)*no command 'histry'"):
        stage.run("attio-sync", "histry")

    assert 2 == stage.run("attio-sync", "histry", accept=(2,)).code


def test_a_server_that_ends_at_once_is_told_by_its_last_line(stage: Stage) -> None:
    """Nobody waits for the address that it never prints."""
    with (
        pytest.raises(Failed, match=r"relay ended at once: .*servee"),
        serving(stage, "relay", ["attio-sync", "servee"]),
    ):
        pass


def test_what_does_not_happen_is_a_sentence() -> None:
    """With the seconds that the demo waited."""
    with pytest.raises(Failed, match=r"The arrival of all webhooks did not happen within 0 seconds\."):
        wait_for("The arrival of all webhooks", lambda: None, 0.0)

    assert "found" == wait_for("x", lambda: "found", 60.0)


def test_a_command_is_shown_as_this_shell_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name on PATH, else by its path, below this folder without the folder's name."""
    own = tmp_path / "an env" / "attio-sync"
    own.parent.mkdir()
    own.touch(0o755)
    monkeypatch.setattr(sys, "executable", str(own.with_name("python")))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(own.parent))
    assert "attio-sync" == typed("attio-sync")

    monkeypatch.setenv("PATH", "/nowhere")
    assert "'an env/attio-sync'" == typed("attio-sync")
    monkeypatch.chdir("/")
    assert "attio-sync'" == typed("attio-sync").rpartition("/")[2]


def test_a_program_that_is_missing_is_named_with_what_brings_it() -> None:
    """The line to type installs it."""
    with pytest.raises(WrongUsage, match=r"needs 'attio-nothing'. .*pip install 'airbyte-attio\["):
        program("attio-nothing")


def test_a_pull_of_the_relay_ends_with_the_demo(tmp_path: Path) -> None:
    """The relay lets a pull run on when it is stopped; the demo ends it before it removes its folder."""
    run = tmp_path / "runs" / "one"
    run.mkdir(parents=True)
    with (run / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [sys.executable, "-c", "import signal; signal.pause()"],
            pass_fds=(lock.fileno(),),
            start_new_session=True,
        )
    (run / "started").write_text(f"{process.pid} 0.0")

    end_runs(tmp_path)

    assert -signal.SIGKILL == process.wait()
