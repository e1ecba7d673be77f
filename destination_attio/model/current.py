"""The values that Attio holds of one record, entry, note or task at the moment of reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.wire import JsonObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Current:
    """The id and the plain values of one record, entry, note or task."""

    record_id: str
    values: JsonObject
    parent_record_id: str | None = None
    web_url: str | None = None
    """The record's page in Attio; entries, notes and tasks have none."""

    @property
    def name(self) -> str | None:
        """The record's display name, where it was read."""
        found = self.values.get("name") or self.values.get("title")
        told = found.get("full_name") if isinstance(found, dict) else found
        return told if isinstance(told, str) and told else None

    def to_json(self) -> JsonObject:
        """The JSON form that the scratch file keeps."""
        return {
            "id": self.record_id,
            "values": self.values,
            "parent": self.parent_record_id,
            **({"url": self.web_url} if self.web_url else {}),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Current:
        """Read the form that `to_json` gives."""
        return cls(
            record_id=raw["id"],
            values=raw["values"],
            parent_record_id=raw["parent"],
            web_url=raw.get("url"),
        )
