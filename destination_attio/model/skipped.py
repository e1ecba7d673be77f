"""Cells and parts of cells that are not written although their row is; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.wire import Json, JsonObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A cell, or a part of one, that is not written although its row is: column, value and reason."""

    stream: str
    row_number: int
    column: str | None
    attribute: str
    reason: str
    value: Json = field(default=None, repr=False)

    def to_json(self) -> JsonObject:
        """The JSON form for plans and reports."""
        return {name: getattr(self, name) for name in Skipped.__slots__}

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> Skipped:
        """Read the form that `to_json` gives."""
        return cls(**cast("dict[str, str]", dict(raw)))  # type: ignore[arg-type]  # its own members by name
