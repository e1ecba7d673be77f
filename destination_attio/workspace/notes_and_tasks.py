"""Notes and tasks: created once, never changed. `rows/sameness` decides whether one exists already."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attio_api.errors import InvalidValue, NotFound
from destination_attio.model.current import Current
from destination_attio.model.targets import NOTES, PARENT, TASKS
from destination_attio.rows import refused_runs, rejections
from destination_attio.workspace.filter_size import FilterSize
from destination_attio.workspace.gateways import NOTES_PAGE, TASKS_PAGE, id_of, there

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.targets import Target


class _Additions(ABC):
    """The calls that notes and tasks have in common; none changes them."""

    target: Target
    _client: AttioClient

    filter_size = FilterSize()
    """Zero: notes and tasks take no filters."""

    def currents(
        self, offset: int, where: JsonObject | None, attributes: Iterable[Attribute]
    ) -> list[Current]:
        """One page, as plain values."""
        return [self.read(raw, attributes) for raw in self.page(offset, where)]

    @abstractmethod
    def read(self, raw: JsonObject, attributes: Iterable[Attribute]) -> Current:
        """The plain values of one note or task."""

    @abstractmethod
    def page(
        self, offset: int, where: JsonObject | None = None, limit: int | None = None
    ) -> list[JsonObject]:
        """One page in Attio's own form."""

    def one(self, own_id: str) -> JsonObject | None:
        """One note or task as Attio holds it at this moment; None where it is gone."""
        return there(self._client, f"/v2/{self.target.kind}/{own_id}")

    def upsert(self, match: str, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Raises Forbidden: notes and tasks are never asserted."""
        raise refused_runs.NO_CHANGES_TO_NOTES(target=self.target.name)

    def update(self, record_id: str, values: JsonObject) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Raises Forbidden: notes and tasks are never changed."""
        raise refused_runs.NO_CHANGES_TO_NOTES(target=self.target.name)

    def replace(self, record_id: str, values: JsonObject) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Raises Forbidden: notes and tasks are never replaced."""
        raise refused_runs.NO_CHANGES_TO_NOTES(target=self.target.name)


class Notes(_Additions):
    """The workspace's notes."""

    page_size = NOTES_PAGE

    def __init__(self, client: AttioClient, target: Target = NOTES) -> None:
        self.target, self._client = target, client

    def page(
        self, offset: int, where: JsonObject | None = None, limit: int | None = None
    ) -> list[JsonObject]:
        """One page; `where` is a parent's object and record id."""
        parent: dict[str, Any] = dict(where or {})
        return self._client.notes(limit or NOTES_PAGE, offset, **parent)

    def read(self, raw: JsonObject, attributes: Iterable[Attribute]) -> Current:  # noqa: ARG002 (one face for all kinds)
        """The plain values of one note."""
        parent: Json = {"object": raw.get("parent_object"), "record_id": raw.get("parent_record_id")}
        values: JsonObject = {
            PARENT: parent,
            "title": raw.get("title"),
            "content": raw.get("content_markdown") or raw.get("content_plaintext"),
            "created_at": raw.get("created_at"),
        }
        return Current(
            record_id=id_of(raw, "note_id"), values=values, parent_record_id=str(raw.get("parent_record_id"))
        )

    def create(self, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:
        """Create a note."""
        found = parent or {}
        note: JsonObject = {
            "parent_object": found.get("object"),
            "parent_record_id": found.get("record_id"),
            "title": values.get("title"),
            "format": values.get("format") or "plaintext",
            "content": values.get("content"),
        }
        if values.get("created_at"):
            note["created_at"] = values["created_at"]
        with _about(PARENT):
            return self._client.create_note(note)

    def delete(self, record_id: str) -> None:
        """Delete a note, which Attio cannot take back."""
        self._client.delete_note(record_id)


class Tasks(_Additions):
    """The workspace's tasks."""

    page_size = TASKS_PAGE

    def __init__(self, client: AttioClient, target: Target = TASKS) -> None:
        self.target, self._client = target, client

    def page(
        self,
        offset: int,
        where: JsonObject | None = None,  # noqa: ARG002 (one face for all kinds)
        limit: int | None = None,
    ) -> list[JsonObject]:
        """One page of all tasks."""
        return self._client.tasks(limit or TASKS_PAGE, offset)

    def read(self, raw: JsonObject, attributes: Iterable[Attribute]) -> Current:  # noqa: ARG002 (one face for all kinds)
        """The plain values of one task."""
        linked: list[Json] = [
            {"object": one.get("target_object_id"), "record_id": one.get("target_record_id")}
            for one in _objects(raw.get("linked_records"))
        ]
        assignees: list[Json] = [
            {"type": one.get("referenced_actor_type"), "id": one.get("referenced_actor_id")}
            for one in _objects(raw.get("assignees"))
        ]
        values: JsonObject = {
            "content": raw.get("content_plaintext"),
            "deadline_at": raw.get("deadline_at"),
            "is_completed": raw.get("is_completed"),
            "linked_records": linked,
            "assignees": assignees,
        }
        return Current(record_id=id_of(raw, "task_id"), values=values)

    def create(self, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Create a task; Attio requires every member, also the empty ones."""
        task: JsonObject = {
            "content": values.get("content"),
            "format": "plaintext",
            "deadline_at": values.get("deadline_at") or None,
            "is_completed": values.get("is_completed") or False,
            "linked_records": values.get("linked_records") or [],
            "assignees": values.get("assignees") or [],
        }
        with _about("linked_records"):
            made = self._client.create_task(task)
        asked = {str(one) for one in _objects(task["linked_records"])}
        if len(_objects(made.get("linked_records"))) < len(asked):
            # If it stayed, every run would make the task again: a task is found by its text and its links.
            self.delete(id_of(made, "task_id"))
            raise rejections.LINK_DROPPED("linked_records")
        return made

    def delete(self, record_id: str) -> None:
        """Delete a task, which Attio cannot take back."""
        self._client.delete_task(record_id)


@contextmanager
def _about(pointing: str) -> Iterator[None]:
    """In Attio's refusal of an addition, 404 is about the record that it refers to and 413 about its text."""
    try:
        yield
    except NotFound as error:
        raise rejections.PARENT_GONE(pointing, code=error.code) from error
    except InvalidValue as error:
        error.attribute = error.attribute or "content"
        raise


def _objects(found: Json) -> list[JsonObject]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
