"""What brings the connectors to an Airbyte: a registry it can read, and folders as its monorepo has them."""

from __future__ import annotations

import functools
import http.server
import json
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import requests
import yaml
from click.testing import CliRunner

from integration_tests.http_servers import serving
from shipping import submission
from shipping.cards import CONNECTORS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODELS = "airbyte_connector_models.metadata.v0"
NONE = "airbyte-connector-models has no release for Python 3.13 and later"
definitions = pytest.importorskip(f"{MODELS}.connector_metadata_definition_v0", reason=NONE)
registries = pytest.importorskip(f"{MODELS}.connector_registry_v0", reason=NONE)
registry = pytest.importorskip("shipping.registry", reason=NONE)
program = pytest.importorskip("shipping.__main__", reason=NONE)
IMAGES = "registry.example.com/team"
EACH = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which the written folder is served, as CONNECTOR_REGISTRY_BASE_URL would hold it."""
    folder = tmp_path_factory.mktemp("registry")
    registry.write(folder, images=IMAGES)
    handler = functools.partial(_Quiet, directory=str(folder))
    with serving(handler) as url:
        yield f"{url}/"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _asked(url: str) -> Any:
    answer = requests.get(url, headers={"Accept": "application/json"}, timeout=60)
    answer.raise_for_status()
    answer.encoding = "utf-8"
    return answer.json() if url.endswith(".json") else answer.text


def test_the_platform_finds_both_connectors(served: str) -> None:
    """The registry is where the platform asks for it, is valid by Airbyte's own model, and holds the two."""
    found = _asked(f"{served}registries/v0/oss_registry.json")
    registries.ConnectorRegistryV0.model_validate(found)

    assert [f"{IMAGES}/source-attio"] == [one["dockerRepository"] for one in found["sources"]]
    assert [f"{IMAGES}/destination-attio"] == [one["dockerRepository"] for one in found["destinations"]]


def test_the_entry_opens_what_an_image_alone_does_not(served: str) -> None:
    """The mapping screen and refreshes hang on two flags of the entry."""
    (found,) = _asked(f"{served}registries/v0/oss_registry.json")["destinations"]

    assert (True, True) == (found["supportsDataActivation"], found["supportsRefreshes"])


@EACH
def test_each_version_has_its_entry_and_its_page(served: str, connector: Any) -> None:
    """What the platform asks for one version: the same entry, with the spec that the connector prints."""
    version = f"{served}metadata/{IMAGES}/{connector.name}/{connector.card['dockerImageTag']}"
    found = _asked(f"{version}/oss.json")
    listed = _asked(f"{served}registries/v0/oss_registry.json")[f"{connector.kind}s"]

    assert [found] == listed
    assert connector.spec() == found["spec"]
    assert connector.page.read_text(encoding="utf-8") == _asked(f"{version}/doc.md")


def test_entries_are_added_to_a_registry_that_there_is(tmp_path: Path) -> None:
    """Everything else stays, an older entry of ours gives way, also one of the same image."""
    other = {"sourceDefinitionId": "1", "dockerRepository": "airbyte/source-faker"}
    old = {"sourceDefinitionId": CONNECTORS[0].card["definitionId"], "dockerRepository": "old/source-attio"}
    same = {"destinationDefinitionId": "2", "dockerRepository": "airbyte/destination-attio"}
    base = tmp_path / "base.json"
    base.write_text(json.dumps({"sources": [other, old], "destinations": [same], "more": 1}))
    registry.write(tmp_path / "out", base=base)
    found = json.loads((tmp_path / "out/registries/v0/oss_registry.json").read_text())

    assert ["airbyte/source-faker", "airbyte/source-attio"] == [
        one["dockerRepository"] for one in found["sources"]
    ]
    assert [CONNECTORS[1].card["definitionId"]] == [
        one["destinationDefinitionId"] for one in found["destinations"]
    ]
    assert 1 == found["more"]


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        "[" * 100_000,
        "[]",
        '{"sources": []}',
        '{"sources": {}, "destinations": []}',
        '{"sources": ["source-faker"], "destinations": []}',
        '{"sources": [], "destinations": [{}, null]}',
    ],
)
def test_what_is_no_registry_is_not_added_to(tmp_path: Path, content: str) -> None:
    """The command fails and says why; nothing is written."""
    base = tmp_path / "base.json"
    base.write_text(content)
    out = tmp_path / "out"
    said = CliRunner().invoke(program.main, ["registry", "--base", str(base), "--out", str(out)])

    assert 1 == said.exit_code
    assert "base.json is no" in said.output
    assert not out.exists()


@pytest.mark.parametrize("place", ["/etc", "../..", "", "a b", "registry.example.com/Team", "a//b"])
def test_images_have_a_place_in_a_registry(tmp_path: Path, place: str) -> None:
    """Another place is refused in a sentence, and nothing is written, least of all outside the folder."""
    out = tmp_path / "in/out"
    said = CliRunner().invoke(program.main, ["registry", "--images", place, "--out", str(out)])

    assert 1 == said.exit_code
    assert f"{place!r} is no place for images." in said.output
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["registry", "submission"])
def test_what_cannot_be_written_is_said(tmp_path: Path, command: str) -> None:
    """A file where the folder should be stays as it is."""
    taken = tmp_path / "taken"
    taken.write_text("mine")
    said = CliRunner().invoke(program.main, [command, "--out", str(taken)])

    assert 1 == said.exit_code
    assert "taken cannot be written: Not a directory. Name another folder with --out." in said.output
    assert "mine" == taken.read_text()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A folder is no registry file."""
    out = tmp_path / "out"
    said = CliRunner().invoke(program.main, ["registry", "--base", str(tmp_path), "--out", str(out)])

    assert 1 == said.exit_code
    assert f"{tmp_path} cannot be read: Is a directory." in said.output


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
