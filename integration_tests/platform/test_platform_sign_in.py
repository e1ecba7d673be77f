"""Signing in through Airbyte's consent screen, played against the emulator from each connector's own spec."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from integration_tests.platform.consent import Consent

BIN = Path(sys.executable).parent
CONNECTORS = ("source-attio", "destination-attio")
REDIRECT_URI = "http://127.0.0.1:8000/auth_flow"


def _spec(connector: str) -> dict[str, Any]:
    """The specification as it is kept; `test_shipped_texts` holds it against the code."""
    copy = Path(__file__).parents[2] / connector.replace("-", "_") / "spec.json"
    return dict(json.loads(copy.read_text(encoding="utf-8")))


def _says(connector: str, command: str, config: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    path = folder / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    run = subprocess.run(
        [BIN / connector, command, "--config", path], capture_output=True, text=True, check=False
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.parametrize("connector", CONNECTORS)
def test_user_signs_in_with_their_attio_account(connector: str, attio: Any, tmp_path: Path) -> None:
    """The platform's OAuth flow, as the spec describes it, ends in a configuration that passes `check`."""
    consent = Consent(
        specification=_spec(connector)["advanced_auth"]["oauth_config_specification"],
        client_id="emulator-client",
        client_secret="emulator-secret",
        redirect_uri=REDIRECT_URI,
    )
    signed_in = consent.sign_in("a-one-time-state", instead_of="https://app.attio.com", host=attio.url)
    config = {"credentials": signed_in["credentials"] | {"auth_type": "oauth2.0"}, "api_url": attio.url}
    (status,) = [said for said in _says(connector, "check", config, tmp_path) if "connectionStatus" in said]

    assert "SUCCEEDED" == status["connectionStatus"]["status"]


@pytest.mark.parametrize("connector", CONNECTORS)
def test_platform_knows_when_to_offer_it(connector: str) -> None:
    """The button is shown for the choice that the spec's predicate names, and that choice is in the spec."""
    spec = _spec(connector)
    choices = spec["connectionSpecification"]["properties"]["credentials"]["oneOf"]
    offered = {choice["properties"]["auth_type"]["const"] for choice in choices}

    assert ["credentials", "auth_type"] == spec["advanced_auth"]["predicate_key"]
    assert spec["advanced_auth"]["predicate_value"] in offered
    assert {"access_token", "oauth2.0"} == offered


@pytest.mark.parametrize("connector", CONNECTORS)
def test_every_secret_is_marked(connector: str) -> None:
    """Whatever signs somebody in is marked secret, so that the platform keeps and hides it as one."""
    choices = _spec(connector)["connectionSpecification"]["properties"]["credentials"]["oneOf"]
    settings = [item for choice in choices for item in choice["properties"].items() if item[0] != "auth_type"]

    assert {"access_token", "client_id", "client_secret"} == {name for name, _ in settings}
    assert all(setting.get("airbyte_secret") for _, setting in settings)


def test_both_connectors_sign_in_alike() -> None:
    """One OAuth app serves source and destination: both specs describe the same flow."""
    source, destination = (_spec(connector)["advanced_auth"] for connector in CONNECTORS)

    assert source == destination
