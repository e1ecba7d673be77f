"""The workspace's objects, lists and members, read once and kept for a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from attio_api.errors import UnknownObject
from attio_api.wire import as_object, text_or_none
from destination_attio.model.change import OPTIONS
from destination_attio.model.targets import NOTES, TASKS, choices_target, list_target, object_target
from destination_attio.rows import refused_runs
from destination_attio.workspace.choices import Choices
from destination_attio.workspace.filter_size import FilterSize
from destination_attio.workspace.gateways import Entries, Records
from destination_attio.workspace.notes_and_tasks import Notes, Tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from attio_api.wire import JsonObject
    from destination_attio.config import TargetKind
    from destination_attio.model.targets import Target
    from destination_attio.workspace.gateways import Gateway

_GATEWAYS: Final[Mapping[TargetKind, Callable[[AttioClient, Target], Gateway]]] = {
    "objects": Records,
    "lists": Entries,
    "notes": Notes,
    "tasks": Tasks,
    "options": Choices,
    "statuses": Choices,
}


class Catalog:
    """Targets and gateways by name; raises UnknownObject naming what there is instead."""

    def __init__(self, client: AttioClient) -> None:
        """Reads each target when it is first asked for."""
        self._client = client
        self._filter_size = FilterSize()
        self._objects: dict[str, str] | None = None
        self._lists: dict[str, JsonObject] | None = None
        self._members: list[JsonObject] | None = None
        self._targets: dict[tuple[str, str], Target] = {}

    def target(self, kind: TargetKind, slug: str) -> Target:
        """The target of an object, a list, the notes or the tasks."""
        key = (kind, self._slug(slug) if kind == "objects" else slug)
        if key not in self._targets:
            self._targets[key] = self._read(*key)
        return self._targets[key]

    def object(self, slug_or_id: str) -> Target:
        """The target of an object by slug or id."""
        return self.target("objects", slug_or_id)

    def by_name(self, name: str) -> Target:
        """The target with this name in plans and journals: `companies`, `lists/sales`, `notes`."""
        if name in {"notes", "tasks"}:
            return NOTES if name == "notes" else TASKS
        if name.startswith(OPTIONS):
            return choices_target(name)
        word, separator, slug = name.partition("/")
        return self.target("lists", slug) if separator and word == "lists" else self.object(slug or word)

    def missing(self, name: str) -> str | None:
        """Why a target, or what holds these options, is not there any more; None where it is."""
        kind, _, holder = name.partition("/") if name.startswith(OPTIONS) else ("", "", name)
        try:
            self.by_name(holder.rpartition("/")[0] if kind else holder)
        except UnknownObject as error:
            return f"{error.message.removesuffix('.')} any more, or it has another slug."
        return None

    def gateway(self, target: Target) -> Gateway:
        """The gateway that makes the target's calls."""
        gateway = _GATEWAYS[target.kind](self._client, target)
        gateway.filter_size = self._filter_size
        return gateway

    def members(self) -> list[JsonObject]:
        """The workspace's members, as Attio sends them."""
        if self._members is None:
            self._members = self._client.workspace_members()
        return self._members

    def object_slugs(self) -> tuple[str, ...]:
        """The slugs of all objects."""
        return tuple(dict.fromkeys(self._object_slugs().values()))

    def list_slugs(self) -> tuple[str, ...]:
        """The slugs of all lists that the token may read."""
        return tuple(dict.fromkeys(str(one.get("api_slug")) for one in self._raw_lists().values()))

    def forget(self, target: Target) -> Target:
        """Read a target's attributes again, since they may have changed."""
        self._targets.pop((target.kind, target.slug), None)
        return self.target(target.kind, target.slug)

    def _read(self, kind: TargetKind, slug: str) -> Target:
        if kind == "notes":
            return NOTES
        if kind == "tasks":
            return TASKS
        if kind == "objects":
            return object_target(slug, self._attributes(kind, slug))
        raw = self._raw_lists().get(slug)
        if raw is None:
            raise _unknown("list", slug, self.list_slugs())
        parents = raw.get("parent_object")
        parent = parents[0] if isinstance(parents, list) and parents else parents
        own_slug = str(raw.get("api_slug"))
        parent_slug = self._slug(parent) if isinstance(parent, str) else None
        return list_target(own_slug, parent_slug, self._attributes(kind, own_slug))

    def _attributes(self, kind: str, slug: str) -> dict[str, Attribute]:
        return {one.slug: self._named(one) for one in self._client.attributes(kind, slug)}

    def _named(self, attribute: Attribute) -> Attribute:
        """The attribute with its allowed objects by slug, as rows name them; Attio lists them by id."""
        if attribute.allowed_object_ids is None:
            return attribute
        slugs = self._object_slugs()
        return replace(
            attribute, allowed_object_ids=tuple(slugs.get(one, one) for one in attribute.allowed_object_ids)
        )

    def _slug(self, slug_or_id: str) -> str:
        found = self._object_slugs().get(slug_or_id)
        if found is None:
            raise _unknown("object", slug_or_id, self.object_slugs())
        return found

    def _object_slugs(self) -> dict[str, str]:
        if self._objects is None:
            self._objects = {}
            for one in self._client.objects():
                slug = text_or_none(one.get("api_slug"))
                own_id = as_object(one.get("id"), "an object's id").get("object_id")
                self._objects |= {str(own_id): slug, slug: slug} if slug else {}
        return self._objects

    def _raw_lists(self) -> dict[str, JsonObject]:
        if self._lists is None:
            self._lists = {}
            for one in self._client.lists():
                own_id = as_object(one.get("id"), "a list's id").get("list_id")
                self._lists |= {str(own_id): one, str(one.get("api_slug")): one}
        return self._lists


def _unknown(what: str, slug: str, known: tuple[str, ...]) -> UnknownObject:
    return refused_runs.UNKNOWN_TARGET(
        what=what,
        slug=slug,
        known=f"Use one of: {', '.join(sorted(known))}." if known else f"The token sees no {what}s at all.",
    )
