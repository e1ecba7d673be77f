"""The targets that rows can be written to (object, list, notes, tasks), with their attributes.

Notes and tasks have no attributes in Attio; here they get some, so that mapping and planning treat all
targets alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attio_api.attributes import Attribute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination_attio.config import TargetKind

PARENT: Final = "parent_record"
"""Attio's name of an entry's record (docs.attio.com/rest-api/guides/filtering-and-sorting)."""
RECORD_ID: Final = "record_id"
ENTRY_ID: Final = "entry_id"
SOURCE_COLUMNS: Final = frozenset(
    {"created_at", "created_by", "web_url", "updated_at", "_changed_at", "_deleted", "_merged_into"}
)
"""Columns that our source adds to a record; in rows that come from it they are not attributes."""
SOURCE_MARK: Final = "_changed_at"
UNREADABLE: Final = "_unreadable"
"""Member of a row whose line in a file could not be read whole: the reason for which the row is rejected.

A cell that cannot be read is an object with this member alone; the policy for invalid values decides on it.
"""
MOST_OF_ROW: Final = 64 << 20
"""Characters of a row of a file at most, and of rows that are worked on at once; a longer row is rejected."""
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "companies": ("domains",),
    "people": ("email_addresses",),
    "users": ("user_id", "primary_email_address"),
    "workspaces": ("workspace_id",),
}
"""The unique attributes of the standard objects, best first
(docs.attio.com/rest-api/endpoint-reference/records/upsert-a-record)."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One object or list of the workspace (or its notes or tasks), with its attributes."""

    kind: TargetKind
    slug: str
    attributes: Mapping[str, Attribute]
    parent_object: str | None = None

    @property
    def name(self) -> str:
        """The name in messages and in the journal: `companies`, `lists/sales`, `notes`.

        An object with the slug notes or tasks is named `objects/notes` or `objects/tasks`.
        """
        is_plain = self.kind != "lists" and (self.kind != "objects" or self.slug not in {"notes", "tasks"})
        return self.slug if is_plain else f"{self.kind}/{self.slug}"

    @property
    def id_attribute(self) -> str:
        """The attribute that holds the id of a record, entry, note or task."""
        return ENTRY_ID if self.kind == "lists" else RECORD_ID

    @property
    def is_append_only(self) -> bool:
        """Whether it only takes additions: notes and tasks, which are never changed once written."""
        return self.kind in {"notes", "tasks"}

    @property
    def is_choices(self) -> bool:
        """Whether it is the select options or the statuses of an attribute, which have titles alone."""
        return self.kind in {"options", "statuses"}

    def unique_slugs(self) -> tuple[str, ...]:
        """The unique attributes, by which a record can be found without doubt, best first."""
        known = KEYS.get(self.slug, ())
        others = (
            one.slug
            for one in self.attributes.values()
            if one.is_unique and one.is_writable and not one.is_system
        )
        found = (*(slug for slug in known if slug in self.attributes), *others)
        return tuple(dict.fromkeys(found))


def own_attribute(slug: str, kind: str, **settings: object) -> Attribute:
    """An attribute that Attio does not list: an id, a parent, or a member of a note or a task."""
    title = slug.replace("_", " ").capitalize()
    return Attribute(attribute_id=slug, slug=slug, title=title, type=kind, **settings)  # type: ignore[arg-type]  # the callers below are all there is


NOTE_ATTRIBUTES: Final = {
    one.slug: one
    for one in (
        own_attribute(PARENT, "record-reference", is_required=True),
        own_attribute("title", "text", is_required=True),
        own_attribute("content", "text", is_required=True),
        own_attribute("format", "text"),
        own_attribute("created_at", "timestamp"),
    )
}
TASK_ATTRIBUTES: Final = {
    one.slug: one
    for one in (
        own_attribute("content", "text", is_required=True),
        own_attribute("deadline_at", "timestamp"),
        own_attribute("is_completed", "checkbox"),
        own_attribute("linked_records", "record-reference", is_multiselect=True),
        own_attribute("assignees", "actor-reference", is_multiselect=True),
    )
}


def object_target(slug: str, attributes: Mapping[str, Attribute]) -> Target:
    """An object as a target; its records can always be matched by `record_id`."""
    own = {RECORD_ID: own_attribute(RECORD_ID, "text", is_unique=True, is_system=True, is_writable=False)}
    return Target(kind="objects", slug=slug, attributes={**attributes, **own})


def list_target(slug: str, parent_object: str | None, attributes: Mapping[str, Attribute]) -> Target:
    """A list as a target; each entry belongs to a parent record."""
    parents = (parent_object,) if parent_object else None
    own = {
        ENTRY_ID: own_attribute(ENTRY_ID, "text", is_unique=True, is_system=True, is_writable=False),
        PARENT: own_attribute(PARENT, "record-reference", is_required=True, allowed_object_ids=parents),
    }
    return Target(kind="lists", slug=slug, attributes={**attributes, **own}, parent_object=parent_object)


def choices_target(name: str) -> Target:
    """The options or statuses of one attribute as a target: `options/objects/people/tags`."""
    kind, _, slug = name.partition("/")
    own = {"title": own_attribute("title", "text", is_required=True)}
    return Target(kind="statuses" if kind == "statuses" else "options", slug=slug, attributes=own)


NOTES: Final = Target(kind="notes", slug="notes", attributes=NOTE_ATTRIBUTES)
TASKS: Final = Target(kind="tasks", slug="tasks", attributes=TASK_ATTRIBUTES)
