"""A registry of connectors that a self-managed Airbyte can read, with both of ours."""

from __future__ import annotations

import functools
import http.server
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
from click.testing import CliRunner

from integration_tests.http_servers import serving
from integration_tests.shipping.airbyte_models import imported
from shipping.cards import CONNECTORS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

registries = imported("airbyte_connector_models.metadata.v0.connector_registry_v0")
registry = imported("shipping.registry")
program = imported("shipping.__main__")
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


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A folder is not a registry file."""
    out = tmp_path / "out"
    said = CliRunner().invoke(program.main, ["registry", "--base", str(tmp_path), "--out", str(out)])

    assert 1 == said.exit_code
    assert f"{tmp_path} cannot be read: Is a directory." in said.output
