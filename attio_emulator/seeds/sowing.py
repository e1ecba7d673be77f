"""Puts rows into a workspace that is being seeded: as they will be, with their past, without events.

What is sown was coerced by whoever sows it. Many rows of a kind are printed at once and kept as bytes, so
that a hundred thousand of them are quick to make and small to hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from attio_emulator.documents import row_bytes
from attio_emulator.drafts import index
from attio_emulator.schema import Kind
from attio_emulator.tables import Row, Value, Values
from attio_emulator.wire import JsonObject
from attio_emulator.workspace import SYSTEM, Workspace

Members: TypeAlias = JsonObject
LARGE = 5_000


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One value that an attribute had for a while."""

    members: Members
    since: str


@dataclass(kw_only=True)
class Sower:
    """Sows rows of one kind."""

    workspace: Workspace
    kind: Kind
    actor: JsonObject = field(default_factory=lambda: SYSTEM)
    small: bool = True

    def sow(
        self,
        row_id: str,
        created_at: str,
        members: Mapping[str, list[Members]],
        *,
        changed: Mapping[str, str] | None = None,
        past: Mapping[str, list[Stage]] | None = None,
        parent: tuple[str, str] | None = None,
    ) -> Row:
        """Put one row in; `changed` says which attributes are younger, `past` what they were before."""
        since = changed or {}
        own = "entry_id" if self.kind.is_list else "record_id"
        actor: Members = {
            "referenced_actor_type": self.actor["type"],
            "referenced_actor_id": self.actor["id"],
        }
        values: Values = {
            slug: [self.value(slug, each, since.get(slug, created_at)) for each in listed]
            for slug, listed in members.items()
        }
        values[own] = [self.value(own, {"value": row_id}, created_at)]
        values["created_at"] = [self.value("created_at", {"value": created_at}, created_at)]
        values["created_by"] = [self.value("created_by", actor, created_at)]
        row = Row(row_id, created_at, values, parent=parent)
        if past:
            row.history = {slug: self._closed(slug, stages, values) for slug, stages in past.items()}
        self._store(row, values)
        return row

    def value(self, slug: str, members: Members, since: str) -> Value:
        """One value."""
        return {
            "active_from": since,
            "active_until": None,
            "created_by_actor": self.actor,
            "attribute_type": self.kind.by_slug[slug].type,
            **members,
        }

    def _closed(self, slug: str, stages: list[Stage], values: Values) -> list[Value]:
        ends = [stage.since for stage in stages[1:]] + [str(values[slug][0]["active_from"])]
        return [
            {**self.value(slug, stage.members, stage.since), "active_until": end}
            for stage, end in zip(stages, ends, strict=True)
        ]

    def _store(self, row: Row, values: Values) -> None:
        for slug, held in values.items():
            attribute = self.kind.by_slug[slug]
            if attribute.is_unique or attribute.type == "record-reference":
                index(self.workspace, self.kind, row, attribute, held)
        self.kind.table.add(row)
        if not self.small:
            row_bytes(self.workspace, self.kind, row)
            row.forget_values()
