"""How a file of rows is written, as far as somebody said it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How a file is written, as far as somebody said it; `table` names one inside a DuckDB file."""

    table: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    """The line on which the names of the columns stand."""
