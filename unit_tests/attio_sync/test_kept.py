from __future__ import annotations

import json
import shlex
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from attio_sync.demo import kept
from attio_sync.demo.stage import Interruption, Stage, program
from attio_sync.failures import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = {
    "ATTIO_API_URL": "http://127.0.0.1:1",
    "ATTIO_API_TOKEN": "t",
    "ATTIO_RELAY_ADMIN_TOKEN": "it's $HOME",
    "HOME": "/a folder",
    "TMPDIR": "/a folder",
    "SECRET_OF_SOMEBODY": "s",
}


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """A program that waits for a signal."""
    with subprocess.Popen(["sleep", "600"]) as running:
        yield running
        running.kill()


@pytest.fixture
def stage(tmp_path: Path, process: subprocess.Popen[bytes]) -> Stage:
    """A demo with one program."""
    folder = kept.new_folder(tmp_path)
    programs = {"emulator": process.pid}
    return Stage(folder=folder, interruption=Interruption(), environment=SETTINGS, programs=programs)


def test_a_folder_of_an_earlier_demo_is_not_touched(stage: Stage, tmp_path: Path) -> None:
    """It is named with the command that removes it; a new one is for its owner alone."""
    assert 0o700 == stage.folder.stat().st_mode & 0o777
    with pytest.raises(WrongUsage, match=r"is there already.*attio-sync demo --stop"):
        kept.new_folder(tmp_path)


def test_settings_are_read_by_a_shell_as_they_are(stage: Stage) -> None:
    """Quotes and blanks too, and the shell finds the commands; nothing else of the user's is written down."""
    kept.leave(stage)
    asked = "echo $ATTIO_RELAY_ADMIN_TOKEN; echo $HOME; command -v attio-sync"
    script = f". {shlex.quote(str(stage.folder / 'env.sh'))}; {asked}"
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout

    assert ["it's $HOME", "/a folder", program("attio-sync")] == said.splitlines()
    assert "SECRET_OF_SOMEBODY" not in (stage.folder / "env.sh").read_text()
    assert 0o600 == (stage.folder / "env.sh").stat().st_mode & 0o777


def test_the_programs_end_and_the_folder_goes(
    stage: Stage, process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """Their number is told."""
    kept.leave(stage)

    assert 1 == kept.stop(tmp_path)
    assert (-signal.SIGTERM, False) == (process.wait(), stage.folder.exists())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only ps tells here when a process began")
def test_programs_are_known_without_ps(
    stage: Stage, process: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Images of containers often lack it."""
    monkeypatch.setenv("PATH", "")
    kept.leave(stage)

    assert 1 == kept.stop(tmp_path)
    assert -signal.SIGTERM == process.wait()


def test_no_other_program_with_the_same_number_is_ended(
    stage: Stage, process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """Numbers are given anew: a process that began at another time is not the demo's."""
    kept.leave(stage)
    other = {"pid": process.pid, "started": "Thu Jan  1 00:00:00 1970"}
    (stage.folder / "programs.json").write_text(json.dumps({"emulator": other}))

    assert 0 == kept.stop(tmp_path)
    assert (None, False) == (process.poll(), stage.folder.exists())


def test_a_folder_that_no_demo_left_is_not_removed(tmp_path: Path) -> None:
    """It may be somebody's own, with the same name."""
    (tmp_path / kept.FOLDER).mkdir()
    with pytest.raises(WrongUsage, match=r"attio-demo of 'attio-sync demo --keep'\. Run this where"):
        kept.stop(tmp_path)

    assert (tmp_path / kept.FOLDER).exists()
