"""What somebody sees who installed the package without an extra."""

from __future__ import annotations

import subprocess
import sys

import pytest

BLOCKED = [
    "airbyte_cdk",
    "boto3",
    "click",
    "duckdb",
    "h11",
    "msgspec",
    "orjson",
    "pydantic",
    "rich",
    "uvicorn",
    "yaml",
]
PROGRAM = """
import sys
for name in {blocked!r}: sys.modules[name] = None
sys.argv = [{command!r}, *{words!r}]
from {package}.start import main
main()
"""


def ran(command: str, *words: str, blocked: list[str]) -> subprocess.CompletedProcess[str]:
    """A command that was run in a Python that lacks some modules."""
    package = command.replace("-", "_")
    text = PROGRAM.format(blocked=blocked, command=command, package=package, words=words)
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [["--help"], ["spec"], ["plan", "-h"], ["check", "--config", "c.json"], []])
@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("attio-sync", "sync"),
        ("attio-relay", "relay"),
        ("attio-emulator", "emulator"),
        ("source-attio", "source"),
        ("destination-attio", "destination"),
    ],
)
def test_a_command_without_its_extra_says_which_line_installs_it(
    command: str, extra: str, words: list[str]
) -> None:
    """One sentence and exit code 2; never a traceback."""
    done = ran(command, *words, blocked=BLOCKED)

    assert 2 == done.returncode
    assert 1 == len(done.stderr.splitlines())
    assert f"pip install 'airbyte-attio[{extra}]'" in done.stderr


@pytest.mark.parametrize("package", ["attio_sync", "attio_emulator"])
def test_a_module_of_ours_that_is_missing_is_a_bug_and_is_shown_as_one(package: str) -> None:
    """Only what has to be installed is explained by an installation."""
    done = ran(package, "check", blocked=[f"{package}.cli"])

    assert "Traceback" in done.stderr
    assert "pip install" not in done.stderr


def test_what_a_sub_command_alone_needs_is_told_the_same_way() -> None:
    """A package that is imported only once the command runs is no unexpected error."""
    done = ran("attio-sync", "ui", "--no-browser", blocked=["starlette"])

    assert 2 == done.returncode
    assert "(starlette is missing). Run: pip install 'airbyte-attio[sync]'" in done.stderr


def test_the_demo_says_at_once_what_its_other_programs_lack() -> None:
    """One line to run, before anything is started."""
    done = ran("attio-sync", "demo", blocked=["tldextract"])

    assert (2, "") == (done.returncode, done.stdout)
    assert "pip install 'airbyte-attio[all]'" in done.stderr


def test_the_demo_says_at_once_that_it_needs_another_system() -> None:
    """Windows has no `fcntl`; nothing is started there, and no package is named that would help."""
    done = ran("attio-sync", "demo", blocked=["fcntl"])

    assert (2, "") == (done.returncode, done.stdout)
    assert "The demo needs Linux or macOS" in done.stderr


def test_a_module_of_pythons_own_is_not_to_be_installed() -> None:
    """No package brings what a Python that was built without a library lacks."""
    done = ran("attio-relay", "status", blocked=["sqlite3"])

    assert (2, "") == (done.returncode, done.stdout)
    assert "attio-relay needs Python's own module sqlite3, which this Python lacks." in done.stderr
    assert "pip install" not in done.stderr


def test_a_connector_without_a_command_shows_how_it_is_used() -> None:
    """Nothing of the platform's protocol is printed to somebody who typed the bare name."""
    done = ran("source-attio", blocked=[])

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("usage: source-attio")
