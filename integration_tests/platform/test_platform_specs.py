"""The specs of both connectors, `spec.json` in each package: what a form of Airbyte's needs of them.

A setting that is renamed, removed, newly required or given another default breaks connections that exist.
When a change is meant, `test_shipped_texts` names the command that writes the file anew; announce what breaks
in CHANGELOG.md and on the cards.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

CONNECTORS = ("source-attio", "destination-attio")


@cache
def _spec(connector: str) -> dict[str, Any]:
    printed = subprocess.run(
        [Path(sys.executable).parent / connector, "spec"], capture_output=True, text=True, check=True
    )
    (spec,) = [json.loads(line)["spec"] for line in printed.stdout.splitlines() if '"SPEC"' in line]
    return dict(spec)


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
