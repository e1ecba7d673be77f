"""The two connectors: the registry card, page, package and icon of each."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Connector:
    """One of the two connectors."""

    name: str
    card_file: Path
    page: Path
    package: Path

    @property
    def kind(self) -> str:
        """`source` or `destination`."""
        return self.name.split("-", maxsplit=1)[0]

    @property
    def card(self) -> dict[str, Any]:
        """The `data` of the registry card, `metadata.yaml`."""
        return dict(yaml.safe_load(self.card_file.read_text(encoding="utf-8"))["data"])

    @property
    def icon(self) -> Path:
        """The file of the icon that the card names."""
        return self.card_file.with_name(str(self.card["icon"]))

    def spec(self) -> dict[str, Any]:
        """The specification that the connector's `spec` command prints."""
        return _spec(self.name)


@cache
def _spec(name: str) -> dict[str, Any]:
    command = Path(sys.executable).with_name(name)
    printed = subprocess.run([command, "spec"], capture_output=True, text=True, check=True).stdout
    found = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    return next(dict(one["spec"]) for one in found if one["type"] == "SPEC")


CONNECTORS = (
    Connector(
        name="source-attio",
        card_file=ROOT / "metadata.yaml",
        page=ROOT / "docs/sources/attio.md",
        package=ROOT / "source_attio",
    ),
    Connector(
        name="destination-attio",
        card_file=ROOT / "destination_attio/metadata.yaml",
        page=ROOT / "docs/destinations/attio.md",
        package=ROOT / "destination_attio",
    ),
)
