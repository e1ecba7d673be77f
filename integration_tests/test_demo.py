"""`attio-sync demo`: the promise of the README's first command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from integration_tests.demo_packages import without_others

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = str(Path(sys.executable).parent / "attio-sync")


@pytest.fixture
def demo(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """The demo as its own process, with the packages that `make demo` installs and no other.

    It has a place for temporary files that can be looked into, and a terminal that is not of UTF-8.
    """
    environment = os.environ | {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "COLUMNS": "110"}
    environment["PYTHONPATH"] = without_others(tmp_path_factory.mktemp("packages"))
    environment["PYTHONIOENCODING"] = "gb18030"
    with subprocess.Popen(
        [PROGRAM, "demo"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="gb18030",
    ) as process:
        yield process
        if process.poll() is None:
            process.kill()


def still_there(folder: Path) -> list[str]:
    """Programs that work in this folder, where the system tells."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            inside = link.readlink().is_relative_to(folder)
        except OSError:
            continue
        if inside:
            found.append(link.with_name("cmdline").read_text().replace("\0", " "))
    return found


@pytest.mark.slow(seconds=20)
@pytest.mark.timeout(600)
def test_the_demo_tells_its_story_and_leaves_nothing_behind(
    demo: subprocess.Popen[str], tmp_path: Path
) -> None:
    """Pull, plan, push, webhooks and a small pull; every claim holds; programs and files are gone."""
    told, _ = demo.communicate()

    assert 0 == demo.returncode, told
    assert "All 12 claims held." in told
    assert [] == re.findall(r"✗", told)
    assert "403 rows = 2 create + 12 update + 388 unchanged + 1 rejected." in told
    assert "It read the 14 companies that changed, and no other." in told
    assert "Attio was asked for companies alone." in told
    assert [] == still_there(tmp_path)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.slow(seconds=20)
@pytest.mark.timeout(600)
def test_what_is_kept_can_be_looked_at_and_is_gone_when_it_is_stopped(tmp_path: Path) -> None:
    """A folder for its owner alone, a local Attio, a relay and the review room; then none of them."""
    environment = os.environ | {"HOME": str(tmp_path), "COLUMNS": "80"}
    told = _demo(tmp_path, environment, "--keep", "--no-browser")
    folder = tmp_path / "attio-demo"
    entrance = re.findall(r"http://127.0.0.1:\d+/enter\?key=\S+", told)[0]
    room = requests.get(entrance, timeout=60)
    tried = told.partition(" && . ./env.sh")[2].strip().splitlines()
    ended = {line.strip(): _typed(folder, environment, line) for line in tried}
    runs = _typed(folder, environment, "attio-sync history --json")

    assert "All 10 claims held." in told
    assert 0o700 == folder.stat().st_mode & 0o777
    kept = {one.name for one in folder.iterdir()}
    assert {"crm.duckdb", "plan.html", "plan.json", "env.sh", "README.txt"} <= kept
    assert "Overview" in room.text
    assert "✓ receiving" in room.text
    assert 5 == len(ended)
    assert {} == {line: done.stderr for line, done in ended.items() if done.returncode not in {0, 3}}
    assert 2 == len(json.loads(runs.stdout))
    assert 3 == len(still_there(folder))
    assert "3 programs ended" in _demo(tmp_path, environment, "--stop")
    assert [] == [one for one in tmp_path.iterdir() if one.name == "attio-demo"]
    assert [] == still_there(folder)


def _typed(folder: Path, environment: dict[str, str], line: str) -> subprocess.CompletedProcess[str]:
    """A line in a shell that has the demo's settings."""
    path = environment | {"PATH": f"{Path(PROGRAM).parent}:{os.environ['PATH']}"}
    shell = ["bash", "-c", f"cd {folder} && . ./env.sh && {line}"]
    return subprocess.run(shell, env=path, capture_output=True, text=True, check=False)


def _demo(folder: Path, environment: dict[str, str], *options: str) -> str:
    done = subprocess.run(
        [PROGRAM, "demo", *options], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_a_demo_that_is_stopped_cleans_up(
    demo: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    """Ctrl-C or a request to end, in the middle: programs and files are gone all the same."""
    assert demo.stdout is not None
    for line in demo.stdout:
        if "attio-relay subscribe" in line:
            break
    demo.send_signal(number)
    demo.communicate()

    assert 130 == demo.returncode
    assert [] == still_there(tmp_path)
    assert [] == list(tmp_path.iterdir())
