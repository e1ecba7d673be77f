"""CONTRIBUTING.md sends people to files that are there."""

from __future__ import annotations

import re
from pathlib import Path

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
