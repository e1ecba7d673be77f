"""What Attio holds of one thing at the moment of reading; where it was read does not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.wire import JsonObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Current:
    """What Attio holds: a record's, entry's, note's or task's id and its plain values."""

    record_id: str
    values: JsonObject
    parent_record_id: str | None = None

    @property
    def name(self) -> str | None:
        """What people call it, as far as that was read."""
        found = self.values.get("name") or self.values.get("title")
        told = found.get("full_name") if isinstance(found, dict) else found
        return told if isinstance(told, str) and told else None

    def to_json(self) -> JsonObject:
        """As the scratch file keeps it."""
        return {"id": self.record_id, "values": self.values, "parent": self.parent_record_id}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Current:
        """Back from the scratch file."""
        return cls(record_id=raw["id"], values=raw["values"], parent_record_id=raw["parent"])
