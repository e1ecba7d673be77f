"""CONTRIBUTING.md sends people to files that are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_file_and_folder_named_exists() -> None:
    """Whatever is written like a path, or like a module after its folder, exists."""
    named = re.findall(r"`([\w.-]+/[\w./-]*|[\w-]+\.(?:toml|md))`", TEXT)

    assert named
    assert [] == [place for place in named if not (ROOT / place).exists()]


def test_the_chores_are_those_of_the_makefile() -> None:
    """Each `make` command of the page is a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = set(re.findall(r"^make (\w+)", TEXT, re.MULTILINE))

    assert asked
    assert set() == {name for name in asked if not re.search(rf"^{name}:", makefile, re.MULTILINE)}


def test_no_chore_runs_when_make_is_asked_to_print_it() -> None:
    """`make -n` only prints; a line of a recipe that names MAKE would be run by it all the same."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = [line for line in makefile.splitlines() if line.startswith("\t")]

    assert recipes
    assert [] == [line for line in recipes if re.search(r"\$[({]MAKE[)}]", line)]


@pytest.mark.parametrize("able", [["3.13"], ["3.12", "3.14"], []])
def test_make_takes_the_first_python_that_can_make_an_environment(able: list[str], tmp_path: Path) -> None:
    """Debian's Python without python3-venv cannot and is passed over; with no other, make says so."""
    make = shutil.which("make")
    assert make
    for version in ("3.11", "3.12", "3.13", "3.14"):
        python = tmp_path / f"python{version}"
        python.write_text(
            f'#!/bin/sh\ntest "$2" != "import ensurepip, venv" || exit {int(version not in able)}\n'
        )
        python.chmod(0o755)

    path = f"{tmp_path}:/usr/bin:/bin"
    command = [make, "--always-make", "-C", str(ROOT), f"DEMO_VENV={tmp_path}/new", "--dry-run", "demo"]
    planned = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=True).stdout

    assert (f"\npython{able[0]} -m venv " if able else 'test -n ""') in planned
