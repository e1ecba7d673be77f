"""Writes a connector registry with both connectors, which a self-managed Airbyte reads instead of Airbyte's.

The platform asks for `registries/v0/oss_registry.json`, for one version's entry under `metadata/`, and for
its page; any server that serves files will do. Only a definition from a registry has the field mapping screen
and refreshes: an image that is added in the settings has neither.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

from airbyte_connector_models.metadata.v0.connector_registry_v0 import ConnectorRegistryV0

from shipping.cards import CONNECTORS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shipping.cards import Connector

Entry = dict[str, Any]
_FROM_CARD = (
    "name",
    "dockerImageTag",
    "documentationUrl",
    "icon",
    "releaseStage",
    "supportLevel",
    "releaseDate",
    "tags",
    "allowedHosts",
    "suggestedStreams",
    "maxSecondsBetweenMessages",
    "supportsRefreshes",
    "supportsDataActivation",
    "ab_internal",
)


# A place of images as in `docker pull PLACE/name`: a host with or without a port, then names.
_PLACE = re.compile(r"[a-z0-9]+([._:-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")


class NoRegistryError(ValueError):
    """The given file is no connector registry, or the given place can hold no images."""


def write(out: Path, *, base: Path | None = None, images: str = "airbyte") -> list[Path]:
    """Write the folder to be served; `images` is where your cluster pulls the two images from."""
    if not _PLACE.fullmatch(images.rstrip("/")):
        raise NoRegistryError(
            f"{images!r} is no place for images. Name one as in registry.example.com/team, in small letters."
        )
    entries = {one.name: entry(one, images) for one in CONNECTORS}
    registry = merged(_read(base) if base else {"sources": [], "destinations": []}, entries.values())
    written = [_json(out / "registries/v0/oss_registry.json", registry)]
    for one in CONNECTORS:
        found = entries[one.name]
        folder = out / "metadata" / found["dockerRepository"] / found["dockerImageTag"]
        written += [_json(folder / "oss.json", found)]
        written += [_copied(one.page, folder / "doc.md"), _copied(one.icon, folder / "icon.svg")]
    return written


def entry(connector: Connector, images: str) -> Entry:
    """A connector's registry entry: members of its card, and the specification of this version."""
    card = connector.card
    return {
        f"{connector.kind}DefinitionId": card["definitionId"],
        "dockerRepository": f"{images.rstrip('/')}/{connector.name}",
        **{name: _plain(card[name]) for name in _FROM_CARD if name in card},
        **({"sourceType": card["connectorSubtype"]} if connector.kind == "source" else {}),
        "public": True,
        "custom": False,
        "tombstone": False,
        "language": "python",
        "spec": connector.spec(),
    }


def merged(registry: dict[str, Any], entries: Iterable[Entry]) -> dict[str, Any]:
    """The registry with these entries; they replace entries of the same definition or image."""
    found = {**registry, "sources": list(registry["sources"]), "destinations": list(registry["destinations"])}
    for one in entries:
        kind = "source" if "sourceDefinitionId" in one else "destination"
        id_name = f"{kind}DefinitionId"
        others = [
            each
            for each in found[f"{kind}s"]
            if each.get(id_name) != one[id_name] and each.get("dockerRepository") != one["dockerRepository"]
        ]
        found[f"{kind}s"] = [*others, one]
    ours = {
        f"{kind}s": [one for one in entries if f"{kind}DefinitionId" in one]
        for kind in ("source", "destination")
    }
    ConnectorRegistryV0.model_validate(ours)
    return found


def _read(base: Path) -> dict[str, Any]:
    try:
        found = json.loads(base.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise NoRegistryError(f"{base} is not JSON.") from error
    except OSError as error:
        raise NoRegistryError(f"{base} cannot be read: {error.strerror}.") from error
    lists = [found.get(name) for name in ("sources", "destinations")] if isinstance(found, dict) else []
    if not lists or not all(isinstance(one, list) for one in lists):
        raise NoRegistryError(f"{base} is not a registry: it has no lists `sources` and `destinations`.")
    for name in ("sources", "destinations"):
        for number, one in enumerate(found[name], start=1):
            if not isinstance(one, dict):
                raise NoRegistryError(
                    f"{base} is not a registry: number {number} of `{name}` is not an object."
                )
    return dict(found)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _json(path: Path, content: Entry) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


def _copied(source: Path, to: Path) -> Path:
    shutil.copyfile(source, to)
    return to
