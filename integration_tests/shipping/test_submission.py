"""Both connectors as folders of Airbyte's monorepo."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from integration_tests.shipping.airbyte_models import imported
from shipping import submission
from shipping.cards import CONNECTORS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

definitions = imported("airbyte_connector_models.metadata.v0.connector_metadata_definition_v0")
EACH = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda one: one.name)


def test_a_second_submission_takes_the_place_of_the_first_alone(tmp_path: Path) -> None:
    """It may be written into a checkout of the monorepo, whose other files stay."""
    others = tmp_path / "airbyte-integrations/connectors/source-faker/metadata.yaml"
    others.parent.mkdir(parents=True)
    others.write_text("theirs")
    folder, _ = submission.write(tmp_path)
    first = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "old.py").write_text("")
    submission.write(tmp_path)

    assert first == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert "theirs" == others.read_text()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders as Airbyte's monorepo has them."""
    out = tmp_path_factory.mktemp("submission")
    submission.write(out)
    return out


@EACH
def test_a_folder_holds_what_the_monorepo_asks_for(folders: Path, connector: Any) -> None:
    """Card, icon, Poetry's file of the same version and licence, tests, and the page where the links lead."""
    folder = folders / "airbyte-integrations/connectors" / connector.name
    card = yaml.safe_load((folder / "metadata.yaml").read_text())
    poetry = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["poetry"]
    definitions.ConnectorMetadataDefinitionV0.model_validate(card)

    assert card["data"]["dockerImageTag"] == poetry["version"]
    assert card["data"]["license"] == poetry["license"]
    assert submission.BASE_IMAGE == card["data"]["connectorBuildOptions"]["baseImage"]
    assert connector.name in poetry["scripts"]
    assert {"README.md", "acceptance-test-config.yml", "icon.svg", "main.py", "unit_tests"} <= {
        one.name for one in folder.iterdir()
    }
    assert (folders / f"docs/integrations/{connector.kind}s/attio.md").exists()


@EACH
def test_a_folder_writes_no_address_without_tls(folders: Path, connector: Any) -> None:
    """Airbyte's check for HTTPS reads every line of code but comments and tests."""
    folder = folders / "airbyte-integrations/connectors" / connector.name
    lines = {
        path: path.read_text(encoding="utf-8").splitlines()
        for path in folder.rglob("*")
        if path.is_file() and not {"unit_tests", "__pycache__"} & set(path.parts) and path.suffix != ".svg"
    }
    plain = re.compile(r"http://(?!localhost|json-schema\.org)")
    found = [
        path.name for path, text in lines.items() if any(plain.search(one) for one in text if one[:1] != "#")
    ]

    assert [] == found


@EACH
def test_a_folder_runs_by_itself(folders: Path, connector: Any) -> None:
    """From the copied packages alone the connector prints its specification."""
    folder = folders / "airbyte-integrations/connectors" / connector.name
    shown = (
        f"import sys; sys.path.insert(0, '.'); import {connector.package.name}, attio_api, runpy; "
        f"print({connector.package.name}.__file__, attio_api.__file__, flush=True); "
        "sys.argv = ['main.py', 'spec']; runpy.run_path('main.py', run_name='__main__')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", shown], cwd=folder, capture_output=True, text=True, check=True
    )

    assert all(str(folder) in path for path in ran.stdout.splitlines()[0].split())
    assert '"SPEC"' in ran.stdout


@EACH
def test_a_folder_has_tests_that_run_there(folders: Path, connector: Any) -> None:
    """They find their helpers in the folder, and need no package that is not in it."""
    folder = folders / "airbyte-integrations/connectors" / connector.name
    packages = (path.parent for path in ROOT.glob("*/__init__.py"))
    others = [one.name for one in packages if not (folder / one.name).exists()]
    shown = (
        f"import sys; sys.modules.update(dict.fromkeys({others})); import pytest; "
        "sys.exit(pytest.main(['--collect-only', '--quiet', '--assert=plain', 'unit_tests']))"
    )
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    argv = [sys.executable, "-c", shown]
    ran = subprocess.run(argv, cwd=folder, env=alone, capture_output=True, text=True, check=False)

    assert "attio_emulator" in others
    assert 0 == ran.returncode, ran.stdout


POETRY = """#!/bin/sh
test "$1 $2 $3" = "lock --no-interaction --directory" || exit 2
test -f "$4/pyproject.toml" || { echo "no pyproject.toml" >&2; exit 1; }
echo locked > "$4/poetry.lock"
"""


def test_the_dependencies_are_locked_where_poetry_is_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airbyte's checks ask for the file; without Poetry there is none, and a failure is no success."""
    folder, bin_folder = tmp_path / "connector", tmp_path / "bin"
    folder.mkdir()
    bin_folder.mkdir()
    monkeypatch.setenv("PATH", str(bin_folder))
    without = submission.lock(folder)
    (bin_folder / "poetry").write_text(POETRY)
    (bin_folder / "poetry").chmod(0o755)
    with pytest.raises(submission.NoLockError, match=r"no pyproject\.toml"):
        submission.lock(folder)
    (folder / "pyproject.toml").touch()
    locked = submission.lock(folder)

    assert (None, folder / "poetry.lock") == (without, locked)
    assert "locked" == (folder / "poetry.lock").read_text().strip()
