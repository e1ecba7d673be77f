"""Cells that are left out of rows that are written; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.wire import Json, JsonObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """One cell that is not written although its row is: where it stands, what it holds, and why."""

    stream: str
    row_number: int
    column: str | None
    attribute: str
    reason: str
    value: Json = field(default=None, repr=False)

    def to_json(self) -> JsonObject:
        """As it is saved."""
        return {name: getattr(self, name) for name in Skipped.__slots__}

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> Skipped:
        """Back from what `to_json` gave."""
        return cls(**cast("dict[str, str]", dict(raw)))  # type: ignore[arg-type]  # its own members by name
