"""Warnings before the first row, about settings and columns that will have no effect; pure.

A column that the mapping names and the source lacks leaves its attribute alone in every row; a column that
goes nowhere is left out of every row; settings of a stream that is not synced do nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from destination_attio.model.targets import SOURCE_COLUMNS
from destination_attio.rows.binding import DELETED_MARKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from destination_attio.airbyte.protocol import StreamKey
    from destination_attio.config import StreamConfig
    from destination_attio.rows.binding import Binding

KEPT_NOWHERE: Final = (
    "Rejected rows are kept nowhere: the log counts them and names the first ones. "
    "Set `object_storage_config` (or `rejects.path`, on a disk that survives) to keep them."
)
_OWN: Final = SOURCE_COLUMNS | frozenset(DELETED_MARKS)


def columns_of(configured: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that the catalog describes; empty where the catalog leaves them open."""
    schema = configured["stream"].get("json_schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return tuple(properties) if isinstance(properties, dict) else ()


def remarks(binding: Binding, columns: Collection[str]) -> list[str]:
    """One sentence for each column that goes nowhere or is missing from the stream."""
    if not columns:
        return []
    named = [column for one in binding.fields for column in one.columns]
    named += [binding.settings.delete_when] if binding.settings.delete_when else []
    lost = [one for one in dict.fromkeys(named) if one not in columns]
    idle = [one for one in columns if one not in _OWN and binding.field_of(one) is None]
    read = {column for one in binding.fields_for(columns) for column in one.columns}
    lone = [one for one in columns if one not in read and binding.field_of(one)]
    found = [
        f"{binding.stream}: the columns {_listed(several)} all go to '{slug}'; the last one counts."
        for slug, several in _rivals(binding, columns)
    ]
    if lost:
        found.append(f"{binding.stream}: the source has no column {_listed(lost)}, which the settings name.")
    if binding.is_automatic and idle:
        found.append(
            f"{binding.stream}: '{binding.target.name}' has no writable attribute for {_listed(idle)}, "
            "so these columns are left out."
        )
    if binding.is_automatic and lone:
        found.append(
            f"{binding.stream}: {_listed(lone)} could be parts of a value, but a part is alone or has "
            "another column, so these columns are left out."
        )
    return found


def _rivals(binding: Binding, columns: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Attributes to which several columns are mapped by their names, with those columns."""
    by_slug: dict[str, list[str]] = {}
    for one in columns if binding.is_automatic else ():
        bound = binding.field_of(one)
        if bound is not None and not bound.parts:
            by_slug.setdefault(bound.attribute.slug, []).append(one)
    return ((slug, several) for slug, several in by_slug.items() if len(several) > 1)


def idle_settings(streams: Iterable[StreamConfig], synced: Collection[StreamKey]) -> list[str]:
    """One sentence for each configured stream that the catalog lacks."""
    names = {name for _, name in synced}
    return [
        f"The settings for the stream '{one.stream}' do nothing: the catalog has no stream of that name"
        f"{f' in the namespace {one.namespace!r}' if one.namespace else ''}."
        for one in streams
        if one.stream and (one.stream not in names if one.namespace is None else _key(one) not in synced)
    ]


def _key(settings: StreamConfig) -> StreamKey:
    return settings.namespace, settings.stream


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f"'{one}'" for one in columns)
