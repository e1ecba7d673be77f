"""Adds rows to a workspace that is being seeded, with their history and without events.

The caller gives coerced values. Rows of a large kind are printed at once and kept as bytes, so that a
hundred thousand of them are made quickly and take little memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from attio_emulator.changes.changeset import index
from attio_emulator.changes.documents import row_bytes
from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.schema import Attribute, Kind
from attio_emulator.model.tables import Row, Value, Values
from attio_emulator.model.workspace import SYSTEM, Workspace

Members: TypeAlias = JsonObject
LARGE = 5_000


@dataclass(frozen=True, kw_only=True)
class HistoryStep:
    """A past value of an attribute, and since when it was active."""

    members: Members
    since: str


@dataclass(kw_only=True)
class RowSeeder:
    """Adds rows of one kind."""

    workspace: Workspace
    kind: Kind
    actor: JsonObject = field(default_factory=lambda: SYSTEM)
    small: bool = True
    types: Mapping[str, str] = field(init=False)
    indexed: Sequence[Attribute] = field(init=False)

    def __post_init__(self) -> None:
        attributes = self.kind.attributes.values()
        self.types = {attribute.slug: attribute.type for attribute in attributes}
        self.indexed = [
            attribute
            for attribute in attributes
            if (attribute.is_unique and attribute.is_writable)
            or (attribute.type == "record-reference" and attribute.reverse is None)
        ]

    def seed(
        self,
        row_id: str,
        created_at: str,
        members: Mapping[str, list[Members]],
        *,
        changed: Mapping[str, str] | None = None,
        past: Mapping[str, list[HistoryStep]] | None = None,
        parent: tuple[str, str] | None = None,
    ) -> Row:
        """Add one row; `changed` has the times of attributes set later, `past` their earlier values."""
        since = changed or {}
        values: Values = {
            slug: self._begun(slug, since.get(slug, created_at), listed) for slug, listed in members.items()
        }
        for slug, listed in self._own_story(row_id, created_at).items():
            values[slug] = self._begun(slug, created_at, listed)
        row = Row(row_id, created_at, values, parent=parent)
        if past:
            row.history = {slug: self._closed(slug, stages, values) for slug, stages in past.items()}
        self._store(row, values)
        return row

    def _own_story(self, row_id: str, created_at: str) -> dict[str, list[Members]]:
        actor: Members = {
            "referenced_actor_type": self.actor["type"],
            "referenced_actor_id": self.actor["id"],
        }
        own = "entry_id" if self.kind.is_list else "record_id"
        return {own: [{"value": row_id}], "created_at": [{"value": created_at}], "created_by": [actor]}

    def _begun(self, slug: str, since: str, listed: list[Members]) -> list[Value]:
        type_ = self.types[slug]
        return [
            {
                "active_from": since,
                "active_until": None,
                "created_by_actor": self.actor,
                "attribute_type": type_,
                **members,
            }
            for members in listed
        ]

    def _closed(self, slug: str, stages: list[HistoryStep], values: Values) -> list[Value]:
        ends = [stage.since for stage in stages[1:]] + [str(values[slug][0]["active_from"])]
        return [
            {**self._begun(slug, stage.since, [stage.members])[0], "active_until": end}
            for stage, end in zip(stages, ends, strict=True)
        ]

    def _store(self, row: Row, values: Values) -> None:
        for attribute in self.indexed:
            index(self.workspace, self.kind, row, attribute, values.get(attribute.slug, ()))
        self.kind.table.add(row)
        if not self.small:
            row_bytes(self.workspace, self.kind, row)
            row.forget_values()
