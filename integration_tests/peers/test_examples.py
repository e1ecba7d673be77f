"""The examples run as their docstrings say, and none is longer than a screen."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))


def run(attio: Any, *command: str, typed: str = "") -> str:
    """Run a script beside the emulator; what it printed."""
    environment = {**os.environ, "ATTIO_API_URL": attio.url, "ATTIO_API_TOKEN": attio.token}
    done = subprocess.run(
        [sys.executable, *command], env=environment, input=typed, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_an_example_fits_on_a_screen(script: Path) -> None:
    """An example is shorter than 60 lines."""
    assert len(script.read_text().splitlines()) < 60


def test_people_to_duckdb(attio: Any, tmp_path: Path) -> None:
    """The table holds every person, and a second run replaces it."""
    for name in ("Lovelace, Ada", "Hopper, Grace"):
        attio.create_record("people", {"name": name})
    for _ in range(2):
        run(attio, str(EXAMPLES / "people_to_duckdb.py"), str(tmp_path / "crm.duckdb"))
    with duckdb.connect(tmp_path / "crm.duckdb") as database:
        found = database.sql("SELECT name.last_name FROM people ORDER BY 1").fetchall()

    assert [("Hopper",), ("Lovelace",)] == found


@pytest.mark.parametrize(("answer", "names"), [("y", ["New name", "Other"]), ("n", ["Old name"])])
def test_plan_then_push(attio: Any, tmp_path: Path, answer: str, names: list[str]) -> None:
    """The plan shows before and after; only a yes writes it."""
    attio.create_record("companies", {"domains": ["a.example.com"], "name": "Old name"})
    (tmp_path / "companies.csv").write_text("domains,name\na.example.com,New name\nb.example.com,Other\n")
    told = run(
        attio,
        str(EXAMPLES / "plan_then_push.py"),
        str(tmp_path / "companies.csv"),
        "companies",
        "domains",
        typed=answer,
    )

    assert "name: 'Old name' -> 'New name'" in told
    assert names == sorted(each["values"]["name"][0]["value"] for each in attio.records("companies"))


def test_your_integration(attio: Any) -> None:
    """The test of an integration passes with the fixture alone."""
    told = run(
        attio, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLES / "test_your_integration.py")
    )

    assert "2 passed" in told
