"""Decides by which attributes a row's record is found, and whether a mode is possible with them; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.attributes import can_be_searched
from destination_attio.model.targets import PARENT
from destination_attio.rows import refused_runs
from destination_attio.rows.slugs import slugged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from destination_attio.config import Mode, StreamConfig
    from destination_attio.model.targets import Target
    from destination_attio.rows.fields import BoundField


def matching(
    settings: StreamConfig, target: Target, fields: tuple[BoundField, ...], keys: Sequence[str]
) -> tuple[str, ...]:
    """The matching attributes: as set, else the platform's key, else the object's usual ones."""
    if target.is_append_only:
        return ()
    if settings.match:
        for slug in settings.match:
            _matchable(slug, target)
        return settings.match
    return _match_by_keys(target, fields, keys) or _match_by_default(target, fields)


def _match_by_keys(target: Target, fields: tuple[BoundField, ...], keys: Sequence[str]) -> tuple[str, ...]:
    """The attributes of the platform's primary key; empty unless each of its columns goes to one."""
    explicit = {one.column: one.attribute.slug for one in fields}
    automatic = {} if fields else {slugged(slug): slug for slug in target.attributes}
    found = [explicit.get(column) or automatic.get(slugged(column)) for column in keys]
    return tuple(slug for slug in found if slug) if found and all(found) else ()


def _match_by_default(target: Target, fields: tuple[BoundField, ...]) -> tuple[str, ...]:
    if target.kind == "lists":
        return (PARENT,)
    mapped = {one.attribute.slug for one in fields}
    usable = [slug for slug in target.unique_slugs() if not mapped or slug in mapped]
    if not usable and target.id_attribute in mapped:
        return (target.id_attribute,)
    return (usable[0],) if usable else ()


def _matchable(slug: str, target: Target) -> None:
    attribute = target.attributes.get(slug)
    if attribute is None or attribute.is_archived:
        raise refused_runs.UNKNOWN_ATTRIBUTE(
            slug, target=target.name, purpose=" to match by", known=", ".join(sorted(target.attributes))
        )
    if not can_be_searched(attribute):
        raise refused_runs.NOT_SEARCHABLE(slug, type=attribute.type)


def check_mode(mode: Mode, target: Target, match: tuple[str, ...], delete_when: str | None = None) -> None:
    """Check that the target and key allow the mode, and deletions by a column; raises Misconfigured."""
    if target.is_append_only:
        if mode not in {"upsert", "create"}:
            raise refused_runs.ONLY_ADDED(target=target.name.capitalize(), mode=mode)
        if delete_when is not None:
            raise refused_runs.NEVER_DELETED(target=target.name.capitalize())
        return
    if not match and mode != "create":
        raise refused_runs.NOTHING_TO_MATCH_BY(target=target.name)
