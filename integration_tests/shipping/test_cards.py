"""Airbyte's registry cards, held against Airbyte's own model and against the rest of the repository."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration_tests.platform import form
from integration_tests.shipping.airbyte_models import imported
from source_attio.emit.scheduler import STATE_AFTER

definitions = imported("airbyte_connector_models.metadata.v0.connector_metadata_definition_v0")
ROOT = Path(__file__).resolve().parents[2]
CARDS = {"source-attio": "metadata.yaml", "destination-attio": "destination_attio/metadata.yaml"}
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
# Stated by Airbyte for connectors in its registry (docs.airbyte.com, "QA checks").
LICENCES = {"MIT", "ELv2"}


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _card(connector: str) -> dict[str, Any]:
    card: dict[str, Any] = yaml.safe_load(_text(CARDS[connector]))["data"]
    return card


def _breaking_versions() -> set[str]:
    """The versions whose changelog entry has a 'Breaking' heading."""
    entries = re.split(r"^## ", _text("CHANGELOG.md"), flags=re.MULTILINE)[1:]
    return {
        entry.split()[0].strip("[]") for entry in entries if re.search("^### Breaking", entry, re.MULTILINE)
    }


@pytest.mark.parametrize("connector", CARDS)
def test_airbyte_accepts_the_card(connector: str) -> None:
    """The card is valid by the model that Airbyte's registry validates with."""
    card = definitions.ConnectorMetadataDefinitionV0.model_validate(yaml.safe_load(_text(CARDS[connector])))

    assert connector.split("-", maxsplit=1)[0] == card.data.connector_type.value


@pytest.mark.parametrize("connector", CARDS)
def test_card_carries_our_version_and_name(connector: str) -> None:
    """One version, written once: the card, the project and the newest entry of the changelog agree."""
    card = _card(connector)
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", _text("CHANGELOG.md"), re.MULTILINE)

    assert newest
    assert [VERSION] * 2 == [card["dockerImageTag"], newest[1]]
    assert f"airbyte/{connector}" == card["dockerRepository"]
    assert connector == card["githubIssueLabel"]


@pytest.mark.parametrize("connector", CARDS)
def test_card_meets_the_registry_s_checks(connector: str) -> None:
    """Licence, language and CDK tags, an icon that is there and square, links that are HTTPS."""
    card = _card(connector)
    icon = (ROOT / CARDS[connector]).with_name(card["icon"]).read_text(encoding="utf-8")
    links = re.findall(r"\b\w+://\S+", _text(CARDS[connector]))

    assert card["license"] in LICENCES
    assert {"source": ["language:python", "cdk:low-code"], "destination": ["language:python", "cdk:python"]}[
        card["connectorType"]
    ] == card["tags"]
    assert 'width="250" height="250"' in icon
    assert [] == [link for link in links if not link.startswith("https://")]


@pytest.mark.parametrize("connector", CARDS)
def test_card_allows_every_host_that_a_setting_names(connector: str) -> None:
    """Each setting that holds an address may be reached: the platform cuts everything else off."""
    spec = json.loads(_text(f"{connector.replace('-', '_')}/spec.json"))["connectionSpecification"]
    addresses = {
        re.sub(r"<[^>]*>", "", one.path)
        for one in form.settings(spec)
        if any(str(example).startswith("https://") for example in one.schema.get("examples", ()))
        or str(one.schema.get("default", "")).startswith("https://")
    }

    assert {f"${{{path}}}" for path in addresses} == {
        host for host in _card(connector)["allowedHosts"]["hosts"] if host.startswith("$")
    }


def test_source_sends_a_state_before_its_card_gives_it_up() -> None:
    """While it waits, the source repeats its states six times in the time that its card asks for."""
    assert 6 * STATE_AFTER == _card("source-attio")["maxSecondsBetweenMessages"]


@pytest.mark.parametrize("connector", CARDS)
def test_card_names_the_base_image_we_build_on(connector: str) -> None:
    """The base image on the card is the one in the Dockerfile."""
    pinned = re.search(r"^ARG PYTHON_IMAGE=(\S+)$", _text("Dockerfile"), re.MULTILINE)

    assert pinned
    assert pinned[1] == _card(connector)["connectorBuildOptions"]["baseImage"]


@pytest.mark.parametrize("connector", CARDS)
def test_every_breaking_change_is_announced(connector: str) -> None:
    """What the changelog calls breaking is on the card, with a deadline and a message for the user."""
    announced = _card(connector)["releases"].get("breakingChanges", {})

    assert _breaking_versions() == set(announced)


def test_two_connectors_are_two_definitions() -> None:
    """Source and destination have ids of their own: the platform keys everything by them."""
    assert 2 == len({_card(connector)["definitionId"] for connector in CARDS})


def test_both_cards_show_the_same_icon() -> None:
    """The copy beside the destination's card is the icon at the root."""
    assert _text("icon.svg") == _text("destination_attio/icon.svg")


def test_destination_is_offered_for_data_activation() -> None:
    """The card opens the field-mapping screen and asks for generation ids and completion marks."""
    card = _card("destination-attio")

    assert card["supportsDataActivation"]
    assert card["supportsRefreshes"]
