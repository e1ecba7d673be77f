"""Where a stream of Airbyte's catalog goes, and in which mode, where the settings are silent.

| destination sync mode | what is done |
|---|---|
| append | data activation: create. Else upsert where rows can be matched, else create |
| append_dedup, overwrite | upsert; a mirror only where the stream's settings say so |
| update | update |
| soft_delete | delete |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from destination_attio.airbyte.operations import SYNC_MODES
from destination_attio.airbyte.protocol import stream_key
from destination_attio.config import StreamConfig
from destination_attio.rows import refused_runs
from destination_attio.rows.slugs import slugged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination_attio.airbyte.protocol import StreamKey
    from destination_attio.config import DestinationConfig, Mode
    from destination_attio.workspace.catalog import Catalog


def streams_of(catalog: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The configured streams of a catalog; raises Misconfigured when it is none."""
    found = catalog.get("streams")
    for one in found if isinstance(found, list) else [None]:
        described = one.get("stream") if isinstance(one, dict) else None
        if not isinstance(described, dict) or not isinstance(described.get("name"), str):
            raise refused_runs.NO_CATALOG(what="catalog")
    return list(found or ())


Route = tuple["StreamKey", StreamConfig, "Mode", tuple[str, ...]]


def route(configured: Mapping[str, Any], config: DestinationConfig, catalog: Catalog) -> Route:
    """The stream's key, settings, mode and matching columns; raises Misconfigured naming the stream."""
    stream = configured["stream"]
    name = str(stream["name"])
    key = stream_key(name, stream.get("namespace"))
    activation = configured.get("destination_object_name")
    settings = config.stream(name) or StreamConfig(stream=name)
    target = settings.target or activation or _by_name(name, catalog)
    settings = settings.model_copy(update={"target": target, "stream": name})
    keys = tuple(path[0] for path in configured.get("primary_key") or () if len(path) == 1)
    sync_mode = str(configured.get("destination_sync_mode") or "append")
    return key, settings, _mode(sync_mode, settings, catalog, is_activation=bool(activation)), keys


def _mode(sync_mode: str, settings: StreamConfig, catalog: Catalog, *, is_activation: bool) -> Mode:
    mode = SYNC_MODES.get(sync_mode)
    if mode is None:
        raise refused_runs.UNKNOWN_SYNC_MODE(
            mode=sync_mode, stream=settings.stream, known=", ".join(SYNC_MODES)
        )
    if sync_mode == "append" and not is_activation and _can_match(settings, catalog):
        return "upsert"
    return cast("Mode", mode)


def _can_match(settings: StreamConfig, catalog: Catalog) -> bool:
    target = catalog.target(settings.kind, settings.slug)
    return bool(settings.match or target.kind == "lists" or target.unique_slugs())


def _by_name(name: str, catalog: Catalog) -> str:
    """A stream that is named as an object, as a list's entries, or as notes or tasks goes there by itself."""
    slug = slugged(name)
    if slug in {"notes", "tasks"}:
        return slug
    if slug in catalog.object_slugs():
        return f"objects/{slug}"
    entries = slug.removesuffix("_entries")
    if entries in catalog.list_slugs():
        return f"lists/{entries}"
    raise refused_runs.NO_TARGET(stream=name, known=", ".join(sorted(catalog.object_slugs())))
