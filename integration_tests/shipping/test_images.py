"""The Dockerfile, held against the project as far as that goes without a container engine.

What only an engine can show (the build itself, the running images) stands in `make images`
and in the workflow `.github/workflows/images.yml`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BIN = Path(sys.executable).parent
# The image's command that shows its program is whole, and a word of the answer.
TARGETS = {
    "source-attio": ("spec", '"type":"SPEC"'),
    "destination-attio": ("spec", '"type":"SPEC"'),
    "relay": ("--help", "serve"),
    "emulator": ("--help", "serve"),
}
CONNECTORS = ("source-attio", "destination-attio")
# What an image must not carry: the weight of the other applications.
FOREIGN = {
    "source-attio": {"starlette", "uvicorn", "psycopg", "duckdb", "boto3"},
    "destination-attio": {"starlette", "uvicorn", "psycopg"},
    "relay": {"airbyte-cdk", "duckdb", "phonenumberslite", "rich"},
    "emulator": {"airbyte-cdk", "duckdb", "psycopg"},
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One `FROM … AS name` with the instructions that follow it."""

    name: str
    parent: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def of(self, kind: str) -> list[str]:
        """The arguments of every instruction of that kind."""
        return [arguments for instruction, arguments in self.instructions if instruction == kind]


def _instructions() -> Iterator[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            kind, _, arguments = line.strip().partition(" ")
            yield kind, " ".join(arguments.split())


def _stages() -> dict[str, Stage]:
    stages: list[Stage] = []
    for kind, arguments in _instructions():
        if kind == "FROM":
            parent, _, name = arguments.partition(" AS ")
            stages.append(Stage(name=name, parent=parent))
        elif stages:
            stages[-1].instructions.append((kind, arguments))
    return {stage.name: stage for stage in stages}


STAGES = _stages()


def _lineage(target: str) -> list[Stage]:
    names = [target]
    while (parent := STAGES[names[-1]].parent) in STAGES:
        names.append(parent)
    return [STAGES[name] for name in reversed(names)]


def _settings(target: str, kind: str) -> dict[str, str]:
    """What `ENV` or `LABEL` amounts to in the finished image."""
    pairs: dict[str, str] = {}
    for stage in _lineage(target):
        for arguments in stage.of(kind):
            pairs.update(re.findall(r'([\w.]+)="?((?<=")[^"]*|[^\s"]*)', arguments))
    return pairs


def _environment_of(target: str) -> Stage:
    """The stage whose virtual environment the image carries."""
    (copied,) = [c for c in STAGES[target].of("COPY") if c.startswith("--from=")]
    return STAGES[copied.split()[0].removeprefix("--from=")]


def _extras(target: str) -> str:
    (command,) = _environment_of(target).of("RUN")
    found = re.search(r"\$1(\[[\w,]+\])", command)
    assert found, f"{target}: no wheel with extras is installed"
    return found[1]


def _copied() -> set[str]:
    """What the wheel is built from."""
    return {path for arguments in STAGES["build"].of("COPY") for path in arguments.split()[:-1]}


def _script(target: str) -> str:
    (entry_point,) = STAGES[target].of("ENTRYPOINT")
    return Path(json.loads(entry_point)[0]).name


def test_hadolint_finds_nothing() -> None:
    """The Dockerfile passes hadolint without a word."""
    report = subprocess.run(
        [BIN / "hadolint", "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert "" == report.stdout + report.stderr


def test_default_image_is_the_source() -> None:
    """`docker build .` without a target gives source-attio."""
    assert "source-attio" == list(STAGES)[-1]


def test_base_is_pinned() -> None:
    """The base image is named by its patch version and by its digest."""
    (pinned,) = [arguments for kind, arguments in _instructions() if kind == "ARG"]

    assert re.fullmatch(
        r"PYTHON_IMAGE=docker\.io/library/python:3\.11\.\d+-slim-\w+@sha256:[0-9a-f]{64}", pinned
    )


def test_every_package_is_in_the_wheel_that_is_built() -> None:
    """Each of our packages, and what the build needs, is copied into the build stage."""
    copied = _copied()
    packages = {path.parent.name for path in ROOT.glob("*/py.typed")}

    assert packages | {"pyproject.toml", "README.md", "LICENSE", "constraints.txt"} == copied


def test_everything_copied_exists_and_reaches_the_engine() -> None:
    """No COPY names a path that is missing or that .dockerignore holds back."""
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    copied = _copied()

    assert [] == [path for path in sorted(copied) if not (ROOT / path).exists()]
    assert copied == let_in


@pytest.mark.parametrize("target", TARGETS)
def test_image_runs_unbuffered_and_not_as_root(target: str) -> None:
    """Every image runs as a numbered user that is not root, with output that is never held back."""
    users = [user for stage in _lineage(target) for user in stage.of("USER")]

    assert "1" == _settings(target, "ENV")["PYTHONUNBUFFERED"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


@pytest.mark.parametrize("target", TARGETS)
def test_image_starts_one_of_our_commands(target: str) -> None:
    """The entry point of every image is a console script that the wheel installs."""
    (entry_point,) = STAGES[target].of("ENTRYPOINT")
    (script,) = json.loads(entry_point)

    assert "/opt/venv/bin" == str(Path(script).parent)
    assert Path(script).name in PROJECT["scripts"]


@pytest.mark.parametrize("target", CONNECTORS)
def test_connector_image_tells_the_platform_how_to_start_it(target: str) -> None:
    """`AIRBYTE_ENTRYPOINT`, which the platform runs, and the labels it reads agree with the image."""
    (entry_point,) = STAGES[target].of("ENTRYPOINT")
    labels = _settings(target, "LABEL")

    assert json.loads(entry_point) == [_settings(target, "ENV")["AIRBYTE_ENTRYPOINT"]]
    assert f"airbyte/{target}" == labels["io.airbyte.name"]
    assert PROJECT["version"] == labels["io.airbyte.version"]


@pytest.mark.parametrize("target", TARGETS)
def test_image_carries_our_version(target: str) -> None:
    """The version on the label is the version of the wheel inside."""
    assert PROJECT["version"] == _settings(target, "LABEL")["org.opencontainers.image.version"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as the build stage makes it: from a copy that holds only what the stage copies."""
    context = tmp_path_factory.mktemp("context")
    for path in _copied():
        if (ROOT / path).is_dir():
            shutil.copytree(ROOT / path, context / path, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / path, context)
    _uv("build", "--wheel", "--out-dir", context / "dist", context)
    (built,) = (context / "dist").glob("*.whl")
    return built


def _uv(*arguments: str | Path) -> str:
    return subprocess.run(
        [BIN / "uv", "--quiet", "--system-certs", *arguments], check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.slow(seconds=20, together=True)
@pytest.mark.parametrize("target", TARGETS)
def test_install_set_is_enough_and_not_too_much(target: str, wheel: Path, tmp_path: Path) -> None:
    """From the wheel and its extras alone the program answers, and no other program's weight is there."""
    python = tmp_path / "venv/bin/python"
    _uv("venv", "--python", sys.executable, tmp_path / "venv")
    constraints = ("--constraint", ROOT / "constraints.txt")
    _uv("pip", "install", "--python", python, *constraints, f"{wheel}{_extras(target)}")
    command, word = TARGETS[target]
    answer = subprocess.run(
        [python.parent / _script(target), command],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    frozen = _uv("pip", "freeze", "--python", python)
    installed = {re.split(r"[=@ ]", line)[0].lower() for line in frozen.splitlines()}

    assert (0, "") == (answer.returncode, answer.stderr if answer.returncode else "")
    assert word in answer.stdout.replace('": "', '":"')
    assert set() == installed & FOREIGN[target]
