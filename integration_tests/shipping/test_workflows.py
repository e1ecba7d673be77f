"""The GitHub workflows: valid, pinned, and running only commands that exist here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration_tests.demo_packages import demo_packages

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
EACH = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)


def _jobs(workflow: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"])


def _steps(workflow: Path) -> list[dict[str, Any]]:
    """The steps of all jobs; a job that calls another workflow has none of its own."""
    return [step for job in _jobs(workflow).values() for step in job.get("steps", ())]


@EACH
def test_workflow_is_valid(workflow: Path) -> None:
    """GitHub's own schema accepts the file."""
    check = [
        Path(sys.executable).parent / "check-jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        workflow,
    ]
    report = subprocess.run(check, capture_output=True, text=True, check=False)

    assert (0, "") == (report.returncode, report.stderr)


@EACH
def test_actions_are_pinned_and_rights_are_few(workflow: Path) -> None:
    """Actions are named by commit, and the workflow may only read the repository."""
    used = [step["uses"] for step in _steps(workflow) if "uses" in step]

    assert [] == [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)]
    assert {"contents": "read"} == yaml.safe_load(workflow.read_text(encoding="utf-8"))["permissions"]


@EACH
def test_no_secret_is_needed_but_the_tests_own(workflow: Path) -> None:
    """Publishing trusts the identity of the run; only the contract with the real Attio has a token."""
    named = set(re.findall(r"secrets\.(\w+)", workflow.read_text(encoding="utf-8")))

    assert named <= {"ATTIO_API_TOKEN"}


@EACH
def test_a_secret_is_given_to_single_steps(workflow: Path) -> None:
    """The environment of a job, which its installations see, says at most whether there is one."""
    given = [one for job in _jobs(workflow).values() for one in job.get("env", {}).values()]

    assert [] == [one for one in given if "secrets." in str(one) and "!= ''" not in str(one)]


def test_only_tested_commits_are_published() -> None:
    """A job with the right to publish waits for the tests; the wheel is built by a job without that right."""
    jobs = _jobs(ROOT / ".github/workflows/publish.yml")
    trusted = {name: one for name, one in jobs.items() if "id-token" in one.get("permissions", {})}

    assert {"wheel", "images"} == trusted.keys()
    assert "./.github/workflows/check-and-test.yml" == jobs["test"]["uses"]
    assert [{"test", "build"}] * 2 == [set(one["needs"]) for one in trusted.values()]
    assert [] == [step for step in jobs["wheel"]["steps"] if "run" in step]


def test_a_tag_publishes_the_wheel_and_every_image() -> None:
    """Trusted publishing for the wheel; each image has two architectures, SBOM, provenance, a signature."""
    text = (ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8")
    published = yaml.safe_load(text)
    jobs = published["jobs"]
    (built,) = [
        step["with"] for step in jobs["images"]["steps"] if "build-push-action" in step.get("uses", "")
    ]
    ran = [step.get("run", "") for step in jobs["images"]["steps"]]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^FROM \S+ AS ([\w-]+)$", dockerfile, re.MULTILINE))

    assert {"push": {"tags": ["v*"]}} == published[True]  # YAML reads the word `on` as a yes
    assert "write" == jobs["wheel"]["permissions"]["id-token"]
    assert set(jobs["images"]["strategy"]["matrix"]["target"]) == targets - {
        one for one in targets if one in {"base", "build"} or one.endswith("-environment")
    }
    assert {"linux/amd64", "linux/arm64"} == set(built["platforms"].split(","))
    assert (True, True, "mode=max") == (built["push"], built["sbom"], built["provenance"])
    assert any("cosign sign --yes" in one for one in ran)


@EACH
def test_workflow_runs_only_chores_that_exist(workflow: Path) -> None:
    """Each `make X` of a workflow is a chore of the Makefile: a developer can run the same."""
    chores = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    called = {
        word for step in _steps(workflow) for word in re.findall(r"make ([a-z-]+)", step.get("run", ""))
    }

    assert set() == called - chores


def test_between_them_they_check_test_build_and_show() -> None:
    """Nothing that anybody is asked to run is left out; `make test` checks as well."""
    called = {
        word
        for path in WORKFLOWS
        for word in re.findall(r"run: make ([a-z-]+)", path.read_text(encoding="utf-8"))
    }

    assert {"test", "images", "demo", "pictures"} <= called


def test_the_demo_installs_by_name_what_the_constraints_pin() -> None:
    """Its environment has no other versions than the one that every test ran with."""
    named = demo_packages()
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)

    assert "duckdb" in named
    assert set() == named - {one.lower().replace("_", "-") for one in pinned}
