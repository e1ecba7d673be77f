"""The select options or statuses of one attribute as a target, of which runs make and archive some.

Attio deletes no options or statuses: a revert archives them, and a revert of that takes them out of the
archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attio_api.errors import AlreadyExists
from destination_attio.model.current import Current
from destination_attio.rows import refused_runs
from destination_attio.workspace.filter_size import FilterSize
from destination_attio.workspace.gateways import id_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.targets import Target

_IDS: Final = {"options": "option_id", "statuses": "status_id"}


class Choices:
    """The gateway for the options or statuses of one attribute."""

    page_size = 500

    def __init__(self, client: AttioClient, target: Target) -> None:
        self.target, self._client = target, client
        self.filter_size = FilterSize()
        kind, slug, attribute = target.slug.split("/")
        self._place = (kind, slug, attribute)
        self._path = f"/v2/{kind}/{slug}/attributes/{attribute}/{target.kind}"

    def page(
        self,
        offset: int,
        where: JsonObject | None = None,  # noqa: ARG002 (one face for all kinds)
        limit: int | None = None,  # noqa: ARG002 (as above)
    ) -> list[JsonObject]:
        """All of them, archived ones included."""
        return [] if offset else self._client.many("GET", self._path, params={"show_archived": True})

    def currents(
        self, offset: int, where: JsonObject | None, attributes: Collection[Attribute]
    ) -> list[Current]:
        """All of them as plain values."""
        return [self.read(raw, attributes) for raw in self.page(offset, where)]

    def one(self, own_id: str) -> JsonObject | None:
        """One of them, archived or not; None where there is none."""
        found = (one for one in self.page(0) if id_of(one, _IDS[self.target.kind]) == own_id)
        return next(found, None)

    def read(self, raw: JsonObject, attributes: Iterable[Attribute]) -> Current:  # noqa: ARG002 (one face for all kinds)
        """The title and id of one."""
        return Current(record_id=id_of(raw, _IDS[self.target.kind]), values={"title": raw.get("title")})

    def create(self, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:
        """Make one, or take it out of the archive; raises AlreadyExists where it is in use."""
        make = self._client.create_option if self.target.kind == "options" else self._client.create_status
        try:
            return make(*self._place, title=str(values.get("title")))
        except AlreadyExists:
            archived = self._archived(values.get("title"))
            if archived is None or not parent:
                raise
            return self._archive(archived, is_archived=False)

    def delete(self, record_id: str) -> None:
        """Archive it."""
        self._archive(record_id, is_archived=True)

    def upsert(self, match: str, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Raises Forbidden: options and statuses are never asserted."""
        raise refused_runs.NO_CHANGES_TO_NOTES(target=self.target.name)

    def update(self, record_id: str, values: JsonObject) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Raises Forbidden: options and statuses are never changed."""
        raise refused_runs.NO_CHANGES_TO_NOTES(target=self.target.name)

    def replace(self, record_id: str, values: JsonObject) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Raises Forbidden: options and statuses are never replaced."""
        raise refused_runs.NO_CHANGES_TO_NOTES(target=self.target.name)

    def _archived(self, title: Json) -> str | None:
        found: Any = (
            id_of(one, _IDS[self.target.kind])
            for one in self.page(0)
            if one.get("title") == title and one.get("is_archived") is True
        )
        return next(found, None)

    def _archive(self, own_id: str, *, is_archived: bool) -> JsonObject:
        return self._client.one("PATCH", f"{self._path}/{own_id}", {"data": {"is_archived": is_archived}})
