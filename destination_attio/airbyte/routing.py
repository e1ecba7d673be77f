"""Decides the target and mode of a stream from Airbyte's catalog where the settings do not say.

| destination sync mode | what is done |
|---|---|
| append | data activation: create. Else upsert where rows can be matched, else create |
| append_dedup, overwrite | upsert; a mirror only where the stream's settings say so |
| update | update |
| soft_delete | delete |
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import ValidationError

from destination_attio.airbyte.operations import SYNC_MODES
from destination_attio.airbyte.protocol import stream_key
from destination_attio.airbyte.warnings import columns_of
from destination_attio.config import FieldConfig, StreamConfig
from destination_attio.rows import refused_runs
from destination_attio.rows.slugs import slugged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination_attio.airbyte.protocol import StreamKey
    from destination_attio.config import DestinationConfig, Mode
    from destination_attio.workspace.catalog import Catalog

_OFFERED: Final = "Map the stream to a target that `discover` offers."


def streams_of(catalog: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The configured streams of a catalog; raises Misconfigured when it is not one, or has a stream twice."""
    found = catalog.get("streams")
    for one in found if isinstance(found, list) else [None]:
        described = one.get("stream") if isinstance(one, dict) else None
        if not isinstance(described, dict) or not isinstance(described.get("name"), str):
            raise refused_runs.NO_CATALOG(what="catalog")
    times = Counter(key_of(one) for one in found or ())
    for (_, name), count in times.items():
        if count > 1:
            raise refused_runs.STREAM_TWICE(stream=name)
    return list(found or ())


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A stream's way into Attio: its key, settings, mode and matching columns, and what to warn of."""

    key: StreamKey
    settings: StreamConfig
    mode: Mode
    keys: tuple[str, ...]
    told: tuple[str, ...] = ()


def labels(catalog: Mapping[str, Any]) -> dict[StreamKey, str]:
    """Each stream's name in messages and rejected rows; with its namespace where two share a name."""
    keys = [key_of(one) for one in streams_of(catalog)]
    names = Counter(name for _, name in keys)
    return {(space, name): f"{space}.{name}" if names[name] > 1 and space else name for space, name in keys}


def key_of(configured: Mapping[str, Any]) -> StreamKey:
    """The name and namespace of a configured stream."""
    stream = configured["stream"]
    return stream_key(stream["name"], stream.get("namespace"))


def route(configured: Mapping[str, Any], config: DestinationConfig, catalog: Catalog, label: str) -> Route:
    """Decide one stream's target, mode and keys; raises Misconfigured naming the stream.

    Where the connection maps the stream to an object, its mapping wins over the settings of that name: one
    destination serves many connections, and two of them may use one name for different streams.
    """
    key = key_of(configured)
    namespace, name = key
    settings = config.stream(name, namespace) or StreamConfig(stream=name)
    sync_mode = str(configured.get("destination_sync_mode") or "")
    keys = _keys(configured)
    mapped = str(configured.get("destination_object_name") or "")
    settings, told = _as_mapped(settings, mapped, keys, columns_of(configured)) if mapped else (settings, ())
    target = mapped or settings.target or _by_name(name, catalog)
    settings = settings.model_copy(update={"target": target, "stream": label})
    mode = _mode(sync_mode, settings, catalog, is_activation=bool(mapped))
    if mapped and settings.mode not in {None, mode} and (settings.mode, mode) != ("mirror", "upsert"):
        told += (f"{label}: the connection's mode '{mode}' counts, not '{settings.mode}' of the settings.",)
        settings = settings.model_copy(update={"mode": None})
    return Route(key=key, settings=settings, mode=mode, keys=keys, told=told)


def _keys(configured: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of the primary key; none where a part of it lies inside a column, which no attribute holds.

    A part of a key tells no record from another. Raises Misconfigured when the key is not a list of paths.
    """
    paths = configured.get("primary_key") or ()
    if not isinstance(paths, list | tuple) or not all(map(_is_path, paths)):
        raise refused_runs.NO_KEY(stream=configured["stream"]["name"])
    return tuple(path[0] for path in paths) if all(len(path) == 1 for path in paths) else ()


def _is_path(path: object) -> bool:
    return isinstance(path, list) and bool(path) and all(isinstance(step, str) for step in path)


def _as_mapped(
    settings: StreamConfig, mapped: str, keys: tuple[str, ...], columns: tuple[str, ...]
) -> tuple[StreamConfig, tuple[str, ...]]:
    """The settings adapted to the connection's mapping, and a sentence for each that is not used.

    The mapping names its columns after attributes; a column without a field in the settings goes to the
    attribute of its name.
    """
    place = _place(mapped)
    if settings.target and _place(settings.target) != place:
        sentence = (
            f"The connection maps the stream '{settings.stream}' to '{mapped}', and the settings of that "
            f"name are for '{settings.target}'. The mapping counts; none of these settings is used."
        )
        return StreamConfig(stream=settings.stream), (sentence,)
    update: dict[str, Any] = {"match": ()} if keys else {}
    told: tuple[str, ...] = ()
    if settings.fields:
        kept = [one for one in settings.fields if one.attribute not in columns or one.column == one.attribute]
        told = tuple(
            f"{settings.stream}: the connection maps a column to '{one.attribute}', which counts; "
            "the field for it in the settings is not used."
            for one in settings.fields
            if one not in kept
        )
        used = {column for one in kept for column in one.parts_by_column}
        more = [FieldConfig(column=one, attribute=one) for one in columns if one not in used]
        update["fields"] = (*kept, *more)
    return settings.model_copy(update=update), told


def _place(target: str) -> tuple[str, str]:
    try:
        named = StreamConfig(target=target)
    except ValidationError:
        raise refused_runs.UNKNOWN_TARGET(what="object or list", slug=target, known=_OFFERED) from None
    return named.kind, named.slug


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
    """The target of a stream named like an object, list, notes or tasks; else raises Misconfigured."""
    slug = slugged(name)
    if slug in {"notes", "tasks"}:
        return slug
    if slug in catalog.object_slugs():
        return f"objects/{slug}"
    entries = slug.removesuffix("_entries")
    if entries in catalog.list_slugs():
        return f"lists/{entries}"
    raise refused_runs.NO_TARGET(stream=name, known=", ".join(sorted(catalog.object_slugs())))
