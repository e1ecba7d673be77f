"""Undoes options and statuses that a run made: archives those that no record uses, and leaves the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attio_api.listings import walk
from destination_attio.engine.renamed import Renamed
from destination_attio.engine.undo import Undo, left_alone
from destination_attio.rows.operation import choice_operation
from destination_attio.workspace.filters import any_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.plan import Change
    from destination_attio.workspace.catalog import Catalog


def undo_choice(change: Change, catalog: Catalog, by_now: Callable[[str], JsonObject | None]) -> Undo:
    """Decide about one option or status; `by_now` gives values that the revert itself has changed."""
    if change.kind == "delete":
        made = replace(change, kind="create", stream="revert", record_id=None, reason=None)
        return Undo(operation=choice_operation(made, restores=True))
    _, kind, slug, attribute_slug = change.target.split("/")
    by_now_called = _title(catalog, change)
    if by_now_called is None:
        return Undo(is_done=True)
    if by_now_called != change.key.get("title"):
        return Undo(left=left_alone(change, (), f"Somebody has renamed it to '{by_now_called}'."))
    holder = catalog.target("lists" if kind == "lists" else "objects", slug)
    attribute = holder.attributes.get(attribute_slug)
    title = change.key.get("title")
    if attribute is not None and _is_used(catalog, holder.name, attribute, title, by_now):
        reason = f"'{title}' of '{attribute_slug}' is used by records that the revert leaves as they are."
        return Undo(left=left_alone(change, (), reason))
    gone = replace(change, kind="delete", stream="revert", reason="Nothing uses it any more.")
    return Undo(operation=choice_operation(gone))


def target_today(target: str, catalog: Catalog, attributes: Mapping[str, Any]) -> str | None:
    """The target under the attribute's present slug; None where the attribute is gone.

    `attributes` has the ids of the run's attributes by slug and target.
    """
    kinds, kind, slug, attribute_slug = target.split("/")
    holder = catalog.target("lists" if kind == "lists" else "objects", slug)
    name = Renamed(attributes.get(holder.name) or {}, holder.attributes).called(attribute_slug)
    return f"{kinds}/{kind}/{slug}/{name}" if name in holder.attributes else None


def _title(catalog: Catalog, change: Change) -> Json:
    """What the option or status is called now; None where it is gone or archived."""
    found = catalog.gateway(catalog.by_name(change.target)).one(str(change.record_id))
    return None if found is None or found.get("is_archived") is True else found.get("title")


def _is_used(
    catalog: Catalog,
    holder: str,
    attribute: Attribute,
    title: Json,
    by_now: Callable[[str], JsonObject | None],
) -> bool:
    """Whether a record holds the title, not counting records from which the revert takes it away."""
    gateway = catalog.gateway(catalog.by_name(holder))
    where = any_of([attribute], [(title,)])
    for current in walk(lambda offset: gateway.currents(offset, where, [attribute])):
        moved: Any = by_now(current.record_id)
        held = {**current.values, **moved}.get(attribute.slug) if moved is not None else None
        if title in (held if isinstance(held, list) else [held]):
            return True
    return False
