"""Reads `manifest.yaml`, which declares each stream's key, cursor, endpoint, scopes and columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from attio_api.wire import JsonObject

MANIFEST: Final = Path(__file__).parent / "manifest.yaml"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's loader in C where it was built, since every command reads the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """One stream, or the template of the streams of all objects or lists."""

    name: str
    way: str
    """The name of the way in which it is read, as `streams.open` lists them."""
    primary_key: tuple[str, ...]
    scopes: frozenset[str]
    endpoint: str
    """The method and path that its rows come from."""
    incremental: bool
    page_size: int
    """Number of rows on a page, where the way is `paged`."""
    opt_in: str | None
    """The setting that turns the stream on; None for a stream that is always there."""
    columns: JsonObject
    """Column → its JSON schema; a template leaves out the columns of attributes."""

    @property
    def path(self) -> str:
        """The path of its endpoint."""
        return self.endpoint.partition(" ")[2]


@cache
def streams() -> dict[str, Declared]:
    """Return the streams that are the same in every workspace, by name."""
    return {raw["name"]: _declared(raw) for raw in _manifest()["streams"]}


@cache
def template(family: str) -> Declared:
    """Return what the streams of all objects, or of all lists, have in common."""
    found = [raw["stream_template"] for raw in _manifest()["dynamic_streams"]]
    return next(_declared(raw) for raw in found if raw["$parameters"]["family"] == family)


@cache
def _manifest() -> Mapping[str, Any]:
    with MANIFEST.open(encoding="utf-8") as file:
        whole: Mapping[str, Any] = yaml.load(file, _LOADER)  # noqa: S506 (both are the safe loader)
    return whole


def _declared(raw: Mapping[str, Any]) -> Declared:
    parameters = raw["$parameters"]
    schema = raw["schema_loader"].get("schema", {})
    return Declared(
        name=raw["name"],
        way=parameters["way"],
        primary_key=tuple(raw["primary_key"]),
        scopes=frozenset(parameters["scopes"]),
        endpoint=parameters.get("endpoint", ""),
        incremental="cursor" in parameters,
        page_size=parameters.get("page_size", 0),
        opt_in=parameters.get("opt_in"),
        columns=parameters.get("columns") or schema["properties"],
    )
