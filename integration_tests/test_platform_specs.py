"""The specs of both connectors, held against the copies in `specs/`: no breaking change slips in unseen.

A setting that is renamed, removed, newly required or given another default breaks connections that exist.
When a change is meant, write the copy anew with the command that the failing test names, and announce what
breaks in CHANGELOG.md and on the cards.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CONNECTORS = ("source-attio", "destination-attio")


@cache
def _spec(connector: str) -> dict[str, Any]:
    printed = subprocess.run(
        [Path(sys.executable).parent / connector, "spec"], capture_output=True, text=True, check=True
    )
    (spec,) = [json.loads(line)["spec"] for line in printed.stdout.splitlines() if '"SPEC"' in line]
    return dict(spec)


def _copy(connector: str) -> dict[str, Any]:
    return dict(json.loads((HERE / f"specs/{connector}.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("connector", CONNECTORS)
def test_spec_is_the_one_we_agreed_on(connector: str) -> None:
    """The spec a user sees is, word for word, the one in the repository's copy."""
    rewrite = f"{connector} spec | grep SPEC | jq .spec > integration_tests/specs/{connector}.json"

    assert _copy(connector) == _spec(connector), f"if the change is meant: {rewrite}"


@pytest.mark.parametrize("connector", CONNECTORS)
def test_only_signing_in_is_required(connector: str) -> None:
    """Everything but the credentials has a default: a token is enough to begin."""
    assert ["credentials"] == _spec(connector)["connectionSpecification"]["required"]


@pytest.mark.parametrize("connector", CONNECTORS)
def test_every_setting_explains_itself(connector: str) -> None:
    """Each setting has a title, a description, and a place in the order."""
    settings = _spec(connector)["connectionSpecification"]["properties"]

    assert sorted(range(len(settings))) == sorted(setting["order"] for setting in settings.values())
    assert [] == [name for name, setting in settings.items() if not setting.get("title")]
    assert [] == [name for name, setting in settings.items() if not setting.get("description")]
